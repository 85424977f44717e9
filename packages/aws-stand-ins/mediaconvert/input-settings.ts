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

/** The track of the job's only selector; without one, or in a file without audio, undefined. */
export function selectedAudio(input: Input | undefined, { audio }: Source): SourceAudio | undefined {
  const [selector] = Object.values(input?.audioSelectors ?? {});
  if (!selector) return undefined;
  const [number] = selector.tracks ?? [];
  const track = audio[(number ?? 1) - 1];
  if (number !== undefined && !track)
    throw new JobError(JobErrorCode.SETTINGS_DO_NOT_FIT_INPUT, `Audio track [${number}] not found`);
  if (track && !track.supported)
    throw new JobError(
      JobErrorCode.UNSUPPORTED_CODEC,
      `Unsupported audio codec in input: [${track.codec}] in this container`,
    );
  return track;
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
