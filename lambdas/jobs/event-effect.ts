import type { MediaConvertEvent } from "../transcoding/media-convert-event";
import { capturePath, capturesUpTo } from "../transcoding/output-location";
import type { Job, JobOutputs, PlannedStream } from "./job";
import type { JobEnd, JobProgress } from "./job-repository";
import { jobErrorOf } from "./media-convert-errors";
import { warningsOf } from "./media-convert-warnings";
import { playbackOf } from "./playback";
import { type BlackSegment, posterIndex } from "./poster";
import { audioOutputsOf, captionsOf, durationOf, manifestsOf, renditionsOf } from "./stream-outputs";

/** What a MediaConvert event changes in its job's row; nothing at all for some. */
export interface EventEffect {
  /** By MediaConvert's code; empty for most events. */
  readonly warnings: Readonly<Record<string, string>>;
  readonly progress?: JobProgress;
  readonly end?: JobEnd;
}

/** What an event means if it omits a detail. */
export interface EventDefaults {
  /** Epoch milliseconds. */
  readonly time: number;
  /** The `s3://` URL of the job's HLS manifest. */
  readonly hlsManifest: string;
  /** The distribution's domain name. @default none: the job gets no playback URLs */
  readonly playbackDomain?: string;
  /** The row's. @default only what the event tells */
  readonly stream?: PlannedStream | undefined;
  /** @default none are known */
  readonly pictures?: {
    /** The storyboard's `s3://` URL. */
    readonly storyboard?: string | undefined;
    /** Of the captures in bytes, by index. */
    readonly captureSizes?: ReadonlyMap<number, number> | undefined;
  };
}

export function effectOf(event: MediaConvertEvent, defaults: EventDefaults): EventEffect {
  const { detail } = event;
  const warnings = warningsOf(event);
  const lastEventAt = detail.timestamp ?? (Date.parse(event.time ?? "") || defaults.time);
  switch (detail.status) {
    case "PROGRESSING":
    case "STATUS_UPDATE": {
      const { jobPercentComplete, currentPhase } = detail.jobProgress ?? {};
      return {
        warnings,
        progress: { lastEventAt, progressPercent: jobPercentComplete, phase: currentPhase },
      };
    }
    case "COMPLETE": {
      const results = resultsOf(event, defaults);
      return { warnings, end: { status: "COMPLETE", lastEventAt, progressPercent: 100, ...results } };
    }
    case "ERROR": {
      const error = jobErrorOf(detail.errorCode, detail.errorMessage);
      return { warnings, end: { status: "ERROR", lastEventAt, error } };
    }
    case "CANCELED":
      return { warnings, end: { status: "CANCELED", lastEventAt } };
    default:
      return { warnings };
  }
}

function resultsOf(
  event: MediaConvertEvent,
  { hlsManifest: expectedManifest, playbackDomain, stream, pictures = {} }: EventDefaults,
): Pick<Job, "outputs" | "playback" | "renditions" | "durationMs" | "blackVideoMs"> {
  const { detail } = event;
  const manifests = manifestsOf(event);
  const hlsManifest = manifests.hls ?? expectedManifest;
  const expectedDash = stream?.packaging === "cmaf" ? hlsManifest.replace(/\.m3u8$/, ".mpd") : undefined;
  const durationMs = durationOf(event);
  const blackSegments = detail.blackVideoSegments ?? detail.blackSegments;

  const outputs = {
    hlsManifest,
    dashManifest: manifests.dash ?? expectedDash,
    audio: audioOutputsOf(hlsManifest, stream),
    captions: captionsOf(hlsManifest, stream),
    ...captureOutputs(event, pictures.captureSizes, durationMs, blackSegments),
    storyboard: pictures.storyboard,
  };
  return {
    outputs,
    playback: playbackDomain === undefined ? undefined : playbackOf(outputs, playbackDomain),
    renditions: renditionsOf(event, hlsManifest, stream),
    durationMs,
    blackVideoMs: detail.blackVideoDetected ?? totalMs(blackSegments),
  };
}

/** The duration of a frame capture output is the number of its captures times their interval. */
function captureOutputs(
  event: MediaConvertEvent,
  sizes: ReadonlyMap<number, number> | undefined,
  durationMs = 0,
  blackSegments: readonly BlackSegment[] = [],
): Pick<JobOutputs, "thumbnailPrefix" | "thumbnailCount" | "thumbnailIntervalMs" | "poster"> {
  const captures = capturesOf(event);
  if (!captures) return {};
  const { base, count } = captures;
  const intervalMs = (captures.durationMs ?? durationMs) / count;
  return {
    thumbnailPrefix: `${base}.`,
    thumbnailCount: count,
    thumbnailIntervalMs: intervalMs || undefined,
    poster: capturePath(base, posterIndex({ count, intervalMs, sizes }, durationMs, blackSegments)),
  };
}

/** The captures that a COMPLETE event reports. */
export function capturesOf({ detail }: MediaConvertEvent) {
  const group = detail.outputGroupDetails?.find(({ type }) => type === "FILE_GROUP");
  const output = group?.outputDetails?.[0];
  const lastCapture = output?.outputFilePaths?.at(-1);
  const captures = lastCapture === undefined ? undefined : capturesUpTo(lastCapture);
  return captures && { ...captures, durationMs: output?.durationInMs };
}

function totalMs(segments: readonly { start: number; end: number }[] | undefined): number | undefined {
  return segments?.reduce((sum, { start, end }) => sum + end - start, 0);
}
