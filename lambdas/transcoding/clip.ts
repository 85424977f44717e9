/**
 * "Specify an input clip duration that is less than 12 hours long":
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/setting-up-an-assembly-workflow-job.html
 */
const MAX_CLIP_SECONDS = 12 * 3600 - 1;

/** Timecodes count 30 frames of 29.97 frames per second as a second. */
const LONGEST_TIMECODE_SECOND = 1.001;

/**
 * Where a job has to stop reading a source of unknown length, so that it transcodes no more than `maxSeconds` and
 * the frame there: in whole seconds of timecode.
 */
export function clipEndWithin(maxSeconds: number): number {
  return Math.min(MAX_CLIP_SECONDS, Math.max(0, Math.ceil(maxSeconds / LONGEST_TIMECODE_SECOND) - 1));
}

/** What to do with a video of unknown length that can't be transcoded, without a full stop. */
export const LENGTH_ADVICE =
  "Copy it to a file that says how long it is, for example with " +
  "`ffmpeg -i old.mp4 -c copy -movflags +faststart new.mp4`, and upload that";

/** `HH:MM:SS:FF` */
export function timecodeAt(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, 0];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
