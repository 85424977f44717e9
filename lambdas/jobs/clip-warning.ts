import { timecodeAt } from "../transcoding/clip";
import type { Job } from "./job";

/** Shorter than the shortest GOP, longer than a frame. */
const TOLERANCE_SECONDS = 1;

/** The warning of a completed job that stopped where its clip ends, by our code. */
export function clipWarningOf({
  status,
  clipEndSeconds,
  durationMs,
}: Job): Record<string, string> | undefined {
  if (status !== "COMPLETE" || clipEndSeconds === undefined || durationMs === undefined) return undefined;
  if (durationMs / 1000 < clipEndSeconds - TOLERANCE_SECONDS) return undefined;
  const end = timecodeAt(clipEndSeconds).slice(0, "HH:MM:SS".length);
  return {
    CLIPPED:
      `The stream ends at ${end}, the longest that is allowed, because the file doesn't say how long it is. ` +
      "If the video is longer, copy it to a file that does, for example with " +
      "`ffmpeg -i old.mp4 -c copy -movflags +faststart new.mp4`, and upload that in parts.",
  };
}
