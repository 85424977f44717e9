import type { JobChange } from "../jobs/job-state";
import type { MediaConvertEvent } from "../transcoding/media-convert-event";
import { jobResultsOf } from "./job-results";

/**
 * What an event means for its job's row; undefined if nothing. Progress counts only if it is newer than
 * what the row has heard; the end counts whenever it arrives.
 */
export function jobChangeOf({ time, detail }: MediaConvertEvent): JobChange | undefined {
  const at = detail.timestamp ?? Date.parse(time);
  const mediaConvertJobId = detail.jobId;
  switch (detail.status) {
    case "PROGRESSING":
    case "STATUS_UPDATE":
      return {
        status: "PROCESSING",
        newerThanLastEvent: at,
        mediaConvertJobId,
        set: {
          lastEventAt: at,
          progressPercent: detail.jobProgress?.jobPercentComplete,
          phase: detail.jobProgress?.currentPhase,
        },
      };
    case "COMPLETE":
      return {
        status: "COMPLETE",
        mediaConvertJobId,
        set: { lastEventAt: at, progressPercent: 100, ...jobResultsOf(detail.outputGroupDetails ?? []) },
        clear: ["phase"],
      };
    case "ERROR":
      return {
        status: "ERROR",
        mediaConvertJobId,
        set: {
          lastEventAt: at,
          error: {
            code: `MEDIACONVERT_${detail.errorCode ?? "UNKNOWN"}`,
            message: detail.errorMessage ?? "MediaConvert gave no reason.",
          },
        },
      };
    case "CANCELED":
      return { status: "CANCELED", mediaConvertJobId, set: { lastEventAt: at } };
    default:
      return undefined;
  }
}
