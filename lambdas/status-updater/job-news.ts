import type { JobChange, JobFindings } from "../jobs/job-state";
import type { InputDetail, MediaConvertEvent } from "../transcoding/media-convert-event";
import { jobResultsOf } from "./job-results";
import { jobErrorOf } from "./media-convert-errors";

/** What an event says of its job: a change of state, findings, both, or nothing that a row keeps. */
export interface JobNews {
  readonly change?: JobChange;
  readonly findings?: JobFindings;
}

/** COMPLETE gives the codes of warnings only; their texts came in events of their own, if at all. */
const UNEXPLAINED = "See https://docs.aws.amazon.com/mediaconvert/latest/ug/warning_codes.html";

/**
 * What an event means for its job's row. Progress counts only if it is newer than what the row has heard;
 * findings and the end count whenever they arrive.
 */
export function jobNewsOf({ time, detail }: MediaConvertEvent): JobNews {
  const at = detail.timestamp ?? Date.parse(time);
  const about = { mediaConvertJobId: detail.jobId, onlyIfItsJob: true } as const;
  switch (detail.status) {
    case "PROGRESSING":
    case "STATUS_UPDATE":
      return {
        change: {
          ...about,
          status: "PROCESSING",
          newerThanLastEvent: at,
          set: {
            lastEventAt: at,
            progressPercent: detail.jobProgress?.jobPercentComplete ?? undefined,
            phase: detail.jobProgress?.currentPhase,
          },
        },
      };
    case "INPUT_INFORMATION":
      return { findings: { source: sourceOf(detail.inputDetails?.[0]) } };
    case "NEW_WARNING":
      return {
        findings: { warnings: { [detail.warningCode ?? "UNKNOWN"]: detail.warningMessage ?? UNEXPLAINED } },
      };
    case "COMPLETE":
      return {
        findings: detail.warnings?.length
          ? { warnings: Object.fromEntries(detail.warnings.map(({ code }) => [code, UNEXPLAINED])) }
          : undefined,
        change: {
          ...about,
          status: "COMPLETE",
          set: { lastEventAt: at, progressPercent: 100, ...jobResultsOf(detail) },
          clear: ["phase"],
        },
      };
    case "ERROR": {
      const error = jobErrorOf(detail.errorCode, detail.errorMessage);
      return { change: { ...about, status: "ERROR", set: { lastEventAt: at, error } } };
    }
    case "CANCELED":
      return { change: { ...about, status: "CANCELED", set: { lastEventAt: at } } };
    default:
      return {};
  }
}

/** Sizes are left out: without the rotation, which the event lacks, they don't tell what a viewer sees. */
function sourceOf(input: InputDetail | undefined): JobFindings["source"] {
  const video = input?.video?.[0];
  const audio = input?.audio?.[0];
  if (input === undefined) return undefined;
  return {
    videoCodec: video?.codec,
    audioCodec: audio?.codec,
    frameRate: video?.frameRate,
    hasAudio: audio !== undefined,
    ...(video?.interlaceMode && { interlaced: video.interlaceMode !== "PROGRESSIVE" }),
  };
}
