import type { VideoDescription } from "./settings";
import { quotient, type SourceVideo } from "./source";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a source picture gets into an output's frame, all sizes even, with square pixels. */
export interface Framing {
  /** What the picture is scaled to. */
  readonly scaled: Size;
  /** The output's frame: larger than `scaled` is padded in black, smaller is cropped, both around the middle. */
  readonly frame: Size;
}

/** The picture as a player shows it: turned, and with square pixels. */
export function displaySize(video: SourceVideo, rotation: number): Size {
  const upright = { width: video.width * quotient(video.sampleAspectRatio), height: video.height };
  return rotation % 180 === 0 ? upright : { width: upright.height, height: upright.width };
}

/**
 * MediaConvert's scaling behaviours. A missing width or height follows from the source's shape; both missing
 * mean the source's own size.
 */
export function frameFor(source: Size, description: VideoDescription): Framing {
  const width =
    description.width ?? even(source.width * ((description.height ?? source.height) / source.height));
  const height = description.height ?? even(source.height * (width / source.width));
  const box = { width, height };
  const fit = Math.min(width / source.width, height / source.height);
  switch (description.scalingBehavior ?? "DEFAULT") {
    case "STRETCH_TO_OUTPUT":
      return { scaled: box, frame: box };
    case "FIT":
      return unpadded(times(source, fit));
    case "FIT_NO_UPSCALE":
      return unpadded(times(source, Math.min(fit, 1)));
    case "FILL":
    case "SMART_CROP":
      return { scaled: times(source, Math.max(width / source.width, height / source.height)), frame: box };
    default:
      return { scaled: times(source, fit), frame: box };
  }
}

const unpadded = (size: Size): Framing => ({ scaled: size, frame: size });
const times = (size: Size, factor: number): Size => ({
  width: even(size.width * factor),
  height: even(size.height * factor),
});
const even = (pixels: number) => Math.max(2, 2 * Math.round(pixels / 2));
