import { timecodeAt } from "../transcoding/clip";
import type { Job } from "./job";
import type { Warnings } from "./warning-code";

/** Shorter than the shortest GOP, longer than a frame. */
const TOLERANCE_SECONDS = 1;

/** A stream that lasts a smaller part of its file may be of another track than the video. */
const SMALLEST_PART = 0.5;

/** The warning of a completed job whose stream may lack a part of the video, by our code. */
export function lengthWarningOf(job: Job): Record<string, string> | undefined {
  const { status, durationMs } = job;
  if (status !== "COMPLETE" || durationMs === undefined) return undefined;
  return clipped(durationMs / 1000, job) ?? shortened(durationMs / 1000, job);
}

function clipped(streamSeconds: number, { clipEndSeconds }: Job): Record<string, string> | undefined {
  if (clipEndSeconds === undefined || streamSeconds < clipEndSeconds - TOLERANCE_SECONDS) return undefined;
  const end = timecodeAt(clipEndSeconds).slice(0, "HH:MM:SS".length);
  return {
    CLIPPED:
      `The stream ends at ${end}, the longest that is allowed, because the file doesn't say how long it is. ` +
      "If the video is longer, upload it in parts, or ask for a higher MAX_INPUT_MINUTES and another run.",
  } satisfies Warnings;
}

function shortened(streamSeconds: number, { source }: Job): Record<string, string> | undefined {
  const fileSeconds = source?.durationSeconds ?? 0;
  if (streamSeconds >= SMALLEST_PART * fileSeconds) return undefined;
  return {
    SHORTENED:
      `The stream lasts ${streamSeconds} s, the file ${fileSeconds} s. Play the stream. If most of the video is ` +
      "missing, export the file again with one video track, and upload it.",
  } satisfies Warnings;
}
