import type { Job, Output, OutputDetail, OutputGroup, OutputGroupDetail } from "@aws-sdk/client-mediaconvert";
import { type MediaConvertEvent, mediaConvertEvent } from "../transcoding/media-convert-event";
import { capturePath } from "../transcoding/output-location";

/**
 * The event that says what GetJob says, for the code that records events. GetJob gives durations and sizes
 * of the outputs in the order of the job's settings, but no paths and no bitrates; the paths follow from
 * the settings.
 *
 * @param now epoch milliseconds: when the job was looked at
 */
export function missedEventOf(job: Job, now: number): MediaConvertEvent {
  const at = job.Timing?.FinishTime?.getTime() ?? now;
  return mediaConvertEvent.parse({
    time: new Date(at).toISOString(),
    detail: {
      jobId: job.Id,
      queue: job.Queue,
      status: job.Status,
      timestamp: at,
      userMetadata: job.UserMetadata,
      jobProgress: { jobPercentComplete: job.JobPercentComplete, currentPhase: job.CurrentPhase },
      errorCode: job.ErrorCode,
      errorMessage: job.ErrorMessage,
      warnings: job.Warnings?.map(({ Code }) => ({ code: Code })),
      outputGroupDetails: job.Settings?.OutputGroups?.map((group, index) =>
        groupDetailOf(group, job.OutputGroupDetails?.[index]),
      ),
    },
  });
}

function groupDetailOf(group: OutputGroup, detail: OutputGroupDetail | undefined) {
  const hls = group.OutputGroupSettings?.HlsGroupSettings;
  const destination = hls?.Destination ?? group.OutputGroupSettings?.FileGroupSettings?.Destination;
  return {
    type: hls ? "HLS_GROUP" : "FILE_GROUP",
    ...(hls && { playlistFilePaths: [`${destination}.m3u8`] }),
    outputDetails: group.Outputs?.map((output, index) => {
      const outputDetail = detail?.OutputDetails?.[index];
      const base = `${destination}${output.NameModifier ?? ""}`;
      const path = hls ? `${base}.m3u8` : lastCapture(base, output, outputDetail);
      return {
        outputFilePaths: path === undefined ? undefined : [path],
        durationInMs: outputDetail?.DurationInMs,
        videoDetails: {
          widthInPx: outputDetail?.VideoDetails?.WidthInPx,
          heightInPx: outputDetail?.VideoDetails?.HeightInPx,
        },
      };
    }),
  };
}

/** The duration of a frame capture output is the number of its captures times the interval. */
function lastCapture(base: string, output: Output, detail: OutputDetail | undefined): string | undefined {
  const capture = output.VideoDescription?.CodecSettings?.FrameCaptureSettings;
  const { FramerateNumerator, FramerateDenominator } = capture ?? {};
  if (!FramerateNumerator || !FramerateDenominator || !detail?.DurationInMs) return undefined;
  const intervalMs = (1000 * FramerateDenominator) / FramerateNumerator;
  return capturePath(base, Math.max(0, Math.round(detail.DurationInMs / intervalMs) - 1));
}
