import {
  GetJobCommand,
  type Job,
  type MediaConvertClient,
  NotFoundException,
  type Output,
  type OutputDetail,
  type OutputGroup,
  type OutputGroupDetail,
} from "@aws-sdk/client-mediaconvert";
import { type MediaConvertEvent, mediaConvertEvent } from "../transcoding/media-convert-event";
import { capturePath } from "../transcoding/output-location";

/** MediaConvert's own record of its jobs, which it keeps for about three months. */
export interface MediaConvertRecord {
  /**
   * The event that describes the job's current state; undefined if MediaConvert has no such job.
   *
   * @param mediaConvertJobId MediaConvert's id of the job, not ours
   */
  latestEvent(mediaConvertJobId: string): Promise<MediaConvertEvent | undefined>;
}

export class MediaConvertApiRecord implements MediaConvertRecord {
  constructor(
    private readonly client: MediaConvertClient,
    private readonly now: () => number = Date.now,
  ) {}

  async latestEvent(mediaConvertJobId: string): Promise<MediaConvertEvent | undefined> {
    try {
      const { Job } = await this.client.send(new GetJobCommand({ Id: mediaConvertJobId }));
      return Job && missedEventOf(Job, this.now());
    } catch (error) {
      if (error instanceof NotFoundException) return undefined;
      throw error;
    }
  }
}

/**
 * GetJob's answer as the event that it stands for. GetJob lists durations and sizes in the order of the
 * job's outputs, but neither paths nor bitrates; the paths follow from the settings.
 *
 * @param now epoch milliseconds
 */
function missedEventOf(job: Job, now: number): MediaConvertEvent {
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
  const {
    HlsGroupSettings: hls,
    CmafGroupSettings: cmaf,
    FileGroupSettings: files,
  } = group.OutputGroupSettings ?? {};
  const destination = (hls ?? cmaf ?? files)?.Destination;
  const isStream = hls !== undefined || cmaf !== undefined;
  return {
    type: hls ? "HLS_GROUP" : cmaf ? "CMAF_GROUP" : "FILE_GROUP",
    ...(isStream && { playlistFilePaths: [`${destination}.m3u8`, ...(cmaf ? [`${destination}.mpd`] : [])] }),
    outputDetails: group.Outputs?.map((output, index) => {
      const outputDetail = detail?.OutputDetails?.[index];
      const base = `${destination}${output.NameModifier ?? ""}`;
      const path = isStream ? `${base}.m3u8` : lastCapture(base, output, outputDetail);
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

/** The duration of a frame capture output is the number of its captures times their interval. */
function lastCapture(base: string, output: Output, detail: OutputDetail | undefined): string | undefined {
  const capture = output.VideoDescription?.CodecSettings?.FrameCaptureSettings;
  const { FramerateNumerator, FramerateDenominator } = capture ?? {};
  if (!FramerateNumerator || !FramerateDenominator || !detail?.DurationInMs) return undefined;
  const intervalMs = (1000 * FramerateDenominator) / FramerateNumerator;
  return capturePath(base, Math.max(0, Math.round(detail.DurationInMs / intervalMs) - 1));
}
