import type { CreateJobCommandInput, VideoSelector } from "@aws-sdk/client-mediaconvert";
import { timecodeAt } from "./clip";
import { destinationOf } from "./output-location";
import { audioSelectors } from "./packaging/audio";
import { captionSelectors } from "./packaging/captions";
import { cmafGroup } from "./packaging/cmaf-group";
import { hlsGroup } from "./packaging/hls-group";
import type { SourceFacts } from "./source-facts";
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

/** MediaConvert's CreateJob request for one video: a stream and its thumbnails. */
export function jobRequest(
  { jobId, sourceUrl, clipEndSeconds, ...stream }: TranscodeOrder,
  site: TranscodingSite,
): CreateJobCommandInput {
  const { source, audio, captions = [], packaging } = stream;
  const streamGroup = packaging === "cmaf" ? cmafGroup : hlsGroup;
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
          VideoSelector: videoSelector(source),
          ...(audio.length > 0 && { AudioSelectors: audioSelectors(audio) }),
          ...(captions.length > 0 && { CaptionSelectors: captionSelectors(captions) }),
        },
      ],
      OutputGroups: [
        streamGroup(stream, destinationOf(site.processedBucket, jobId)),
        thumbnailOutputGroup(source, destinationOf(site.thumbnailsBucket, jobId)),
      ],
    },
  };
}

function videoSelector({ rotationDegrees }: SourceFacts): VideoSelector {
  return {
    // Otherwise the last segment would hold audio beyond the end of the picture that no playlist mentions.
    PadVideo: "BLACK",
    // By default MediaConvert leaves phone videos on their side. The setting requires progressive video in
    // 4:2:0 or 4:2:2: https://docs.aws.amazon.com/mediaconvert/latest/ug/auto-rotate.html
    ...(rotationDegrees !== 0 && { Rotate: "AUTO" }),
  };
}
