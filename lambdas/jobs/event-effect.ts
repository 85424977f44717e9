import type { InputDetail, MediaConvertEvent, OutputDetail } from "../transcoding/media-convert-event";
import { capturesUpTo, rungNameOf } from "../transcoding/output-location";
import type { Job, Rendition } from "./job";
import type { JobEnd, JobFindings, JobProgress } from "./job-repository";
import { jobErrorOf } from "./media-convert-errors";

/** What a MediaConvert event changes in its job's row; nothing at all for some. */
export interface EventEffect {
  readonly findings?: JobFindings;
  readonly progress?: JobProgress;
  readonly end?: JobEnd;
}

/** COMPLETE lists warnings by code only; their texts come in NEW_WARNING events, if at all. */
const NO_TEXT = "See https://docs.aws.amazon.com/mediaconvert/latest/ug/warning_codes.html";

export function effectOf({ time, detail }: MediaConvertEvent): EventEffect {
  const lastEventAt = detail.timestamp ?? Date.parse(time);
  switch (detail.status) {
    case "PROGRESSING":
    case "STATUS_UPDATE":
      return {
        progress: {
          lastEventAt,
          progressPercent: detail.jobProgress?.jobPercentComplete ?? undefined,
          phase: detail.jobProgress?.currentPhase,
        },
      };
    case "INPUT_INFORMATION":
      return { findings: { source: sourceOf(detail.inputDetails?.[0]) } };
    case "NEW_WARNING":
      return {
        findings: { warnings: { [detail.warningCode ?? "UNKNOWN"]: detail.warningMessage ?? NO_TEXT } },
      };
    case "COMPLETE":
      return {
        findings: detail.warnings?.length
          ? { warnings: Object.fromEntries(detail.warnings.map(({ code }) => [code, NO_TEXT])) }
          : undefined,
        end: { status: "COMPLETE", lastEventAt, progressPercent: 100, ...resultsOf(detail) },
      };
    case "ERROR":
      return {
        end: { status: "ERROR", lastEventAt, error: jobErrorOf(detail.errorCode, detail.errorMessage) },
      };
    case "CANCELED":
      return { end: { status: "CANCELED", lastEventAt } };
    default:
      return {};
  }
}

/** Sizes are omitted: the event doesn't report the rotation, without which they aren't the viewer's. */
function sourceOf(input: InputDetail | undefined): JobFindings["source"] {
  const video = input?.video?.[0];
  const audio = input?.audio?.[0];
  if (input === undefined) return undefined;
  return {
    videoCodec: video?.codec,
    audioCodec: audio?.codec,
    frameRate: video?.frameRate,
    hasAudio: audio !== undefined,
    interlaced: video?.interlaceMode === undefined ? undefined : video.interlaceMode !== "PROGRESSIVE",
  };
}

function resultsOf(
  detail: MediaConvertEvent["detail"],
): Pick<Job, "outputs" | "renditions" | "durationMs" | "blackVideoMs"> {
  const groups = detail.outputGroupDetails ?? [];
  const hls = groups.find(({ type }) => type === "HLS_GROUP");
  const thumbnails = groups.find(({ type }) => type === "FILE_GROUP");
  const lastCapture = thumbnails?.outputDetails?.[0]?.outputFilePaths?.at(-1);
  const captures = lastCapture === undefined ? undefined : capturesUpTo(lastCapture);
  const durationsMs = (hls?.outputDetails ?? []).flatMap(({ durationInMs }) => durationInMs ?? []);

  return {
    outputs: {
      hlsManifest: hls?.playlistFilePaths?.[0],
      thumbnailPrefix: captures?.prefix,
      thumbnailCount: captures?.count,
      poster: captures?.first,
    },
    renditions: (hls?.outputDetails ?? []).flatMap((output) => renditionOf(output) ?? []),
    durationMs: durationsMs.length > 0 ? Math.max(...durationsMs) : undefined,
    blackVideoMs:
      detail.blackVideoDetected ?? totalMs(detail.blackVideoSegments ?? detail.blackSegments ?? undefined),
  };
}

function renditionOf({ outputFilePaths, videoDetails }: OutputDetail): Rendition | undefined {
  const playlist = outputFilePaths?.[0];
  if (playlist === undefined) return undefined;
  return {
    name: rungNameOf(playlist),
    playlist,
    widthPx: videoDetails?.widthInPx,
    heightPx: videoDetails?.heightInPx,
    averageBitrateBps: videoDetails?.averageBitrate,
    qvbrQuality: videoDetails?.qvbrAvgQuality ?? videoDetails?.averageQVBRScore,
  };
}

function totalMs(segments: readonly { start: number; end: number }[] | undefined): number | undefined {
  return segments?.reduce((sum, { start, end }) => sum + end - start, 0);
}
