import type { CreateJobCommandInput } from "@aws-sdk/client-mediaconvert";
import { AUDIO_SELECTOR, hlsOutputGroup } from "./hls-output-group";
import { destinationOf } from "./output-location";
import { thumbnailOutputGroup } from "./thumbnail-output-group";
import type { TranscodeOrder } from "./transcoder";

/** Where jobs run and where their outputs go. */
export interface TranscodingSite {
  /** ARN of the role that MediaConvert reads and writes with. */
  readonly role: string;
  /** ARN of the queue. */
  readonly queue: string;
  readonly processedBucket: string;
  readonly thumbnailsBucket: string;
}

/** MediaConvert's CreateJob request for one video: an HLS stream and its thumbnails. */
export function jobRequest(
  { jobId, sourceUrl, source, renditions }: TranscodeOrder,
  site: TranscodingSite,
): CreateJobCommandInput {
  return {
    // MediaConvert honours it for a minute only; what makes a job unique is its row.
    ClientRequestToken: jobId,
    Role: site.role,
    Queue: site.queue,
    // Comes back in every event, and leads to the row.
    UserMetadata: { jobId },
    StatusUpdateInterval: "SECONDS_10",
    AccelerationSettings: { Mode: "DISABLED" },
    Settings: {
      TimecodeConfig: { Source: "ZEROBASED" },
      Inputs: [
        {
          FileInput: sourceUrl,
          TimecodeSource: "ZEROBASED",
          // MediaConvert's default is to ignore rotation, which turns phone videos on their side.
          VideoSelector: { Rotate: "AUTO" },
          // A selector that finds no audio fails the job or adds silence.
          ...(source.hasAudio && { AudioSelectors: { [AUDIO_SELECTOR]: { DefaultSelection: "DEFAULT" } } }),
        },
      ],
      OutputGroups: [
        hlsOutputGroup(source, renditions, destinationOf(site.processedBucket, jobId)),
        thumbnailOutputGroup(source, destinationOf(site.thumbnailsBucket, jobId)),
      ],
    },
  };
}
