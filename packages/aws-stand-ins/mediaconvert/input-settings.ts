import type { JobSettings } from "./create-job/request";
import { JobError, JobErrorCode } from "./errors";
import { quotient, type Source, type SourceAudio, type SourceVideo } from "./source";

export type Input = JobSettings["inputs"][number];

export function pictureOf({ video, unsupportedVideo }: Source): SourceVideo {
  if (video) return video;
  if (unsupportedVideo)
    throw new JobError(
      JobErrorCode.UNSUPPORTED_CODEC,
      `Unsupported video codec in input: [${unsupportedVideo}] in this container`,
    );
  throw new JobError(
    JobErrorCode.NO_VIDEO,
    "No video found in input: an output of this job needs a video track.",
  );
}

/** https://docs.aws.amazon.com/mediaconvert/latest/ug/auto-rotate.html states what Rotate needs. */
export function rotates(input: Input | undefined, { interlaced, chroma = "" }: SourceVideo): boolean {
  if (input?.videoSelector?.rotate !== "AUTO") return false;
  if (interlaced || !["420", "422"].includes(chroma))
    throw new JobError(
      JobErrorCode.SETTINGS_DO_NOT_FIT_INPUT,
      "Rotate requires progressive video with 4:2:0 or 4:2:2 chroma subsampling",
    );
  return true;
}

/** The tracks of each selector by its name; none in a file without audio if the selector names no track. */
export function selectedAudio(
  input: Input | undefined,
  { audio }: Source,
): ReadonlyMap<string, readonly SourceAudio[]> {
  const selectors = Object.entries(input?.audioSelectors ?? {});
  return new Map(selectors.map(([name, { tracks }]) => [name, tracksOf(tracks, audio)]));
}

function tracksOf(numbers: readonly number[] | undefined, audio: readonly SourceAudio[]): SourceAudio[] {
  const tracks = numbers ? numbers.map((number) => trackNumbered(number, audio)) : audio.slice(0, 1);
  const unreadable = tracks.find(({ supported }) => !supported);
  if (!unreadable) return tracks;
  throw new JobError(
    JobErrorCode.UNSUPPORTED_CODEC,
    `Unsupported audio codec in input: [${unreadable.codec}] in this container`,
  );
}

function trackNumbered(number: number, audio: readonly SourceAudio[]): SourceAudio {
  const track = audio[number - 1];
  if (track) return track;
  throw new JobError(JobErrorCode.SETTINGS_DO_NOT_FIT_INPUT, `Audio track [${number}] not found`);
}

/** Seconds of black before and after the picture. */
export interface BlackFrames {
  readonly beforeSeconds: number;
  readonly afterSeconds: number;
}

/** https://docs.aws.amazon.com/mediaconvert/latest/ug/video-padding.html */
export function padding(
  input: Input | undefined,
  { span, frameRate }: SourceVideo,
  audio: SourceAudio | undefined,
  clipSeconds = Number.POSITIVE_INFINITY,
): BlackFrames {
  const wholeFrames = (seconds: number) => (seconds * quotient(frameRate) >= 1 ? seconds : 0);
  if (input?.videoSelector?.padVideo !== "BLACK" || !audio) return { beforeSeconds: 0, afterSeconds: 0 };
  return {
    beforeSeconds: wholeFrames(span.startSeconds - audio.span.startSeconds),
    afterSeconds: wholeFrames(
      Math.min(audio.span.endSeconds, clipSeconds) - Math.min(span.endSeconds, clipSeconds),
    ),
  };
}

/** Up to the end's frame, which belongs to the clip. A clip that ends after its source ends with it. */
export function clipSecondsOf(input: Input | undefined, { frameRate }: SourceVideo) {
  const end = input?.inputClippings?.[0]?.endTimecode;
  if (end === undefined) return undefined;
  const [hours = 0, minutes = 0, seconds = 0, frames = 0] = end.split(":").map(Number);
  const framesInSecond = Math.ceil(quotient(frameRate) - 1e-6);
  const lastFrame = ((hours * 60 + minutes) * 60 + seconds) * framesInSecond + frames;
  return (lastFrame + 1) / quotient(frameRate);
}
