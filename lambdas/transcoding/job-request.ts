import type { CreateJobCommandInput } from "@aws-sdk/client-mediaconvert";
import { timecodeAt } from "./clip";
import { AUDIO_SELECTOR, hlsOutputGroup } from "./hls-output-group";
import { destinationOf } from "./output-location";
import { thumbnailOutputGroup } from "./thumbnails";
import type { TranscodeOrder } from "./transcoder";

/** Where jobs run and where their outputs go. */
export interface TranscodingSite {
  /** ARN of the role that MediaConvert assumes to read and write. */
  readonly role: string;
  /** ARN of the queue. */
  readonly queue: string;
  readonly processedBucket: string;
  readonly thumbnailsBucket: string;
}

/** MediaConvert's CreateJob request for one video: an HLS stream and its thumbnails. */
export function jobRequest(
  { jobId, sourceUrl, source, renditions, clipEndSeconds }: TranscodeOrder,
  site: TranscodingSite,
): CreateJobCommandInput {
  return {
    // MediaConvert honors it for one minute only; the row is what makes a job unique.
    ClientRequestToken: jobId,
    Role: site.role,
    Queue: site.queue,
    // Every event carries it, so that the event finds its row.
    UserMetadata: { jobId },
    StatusUpdateInterval: "SECONDS_10",
    AccelerationSettings: { Mode: "DISABLED" },
    Settings: {
      TimecodeConfig: { Source: "ZEROBASED" },
      Inputs: [
        {
          FileInput: sourceUrl,
          TimecodeSource: "ZEROBASED",
          ...(clipEndSeconds !== undefined && {
            InputClippings: [{ EndTimecode: timecodeAt(clipEndSeconds) }],
          }),
          // By default MediaConvert ignores rotation and leaves phone videos on their side.
          VideoSelector: { Rotate: "AUTO" },
          // A selector without matching audio fails the job or adds silence.
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
