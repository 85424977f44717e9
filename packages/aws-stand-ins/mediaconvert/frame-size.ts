import { quotient, type SourceVideo } from "./source";

/** In square pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The picture as a player shows it: upright, and with square pixels. */
export function displaySize(video: SourceVideo, rotation: number): Size {
  const stored = { width: video.width * quotient(video.sampleAspectRatio), height: video.height };
  return rotation % 180 === 0 ? stored : { width: stored.height, height: stored.width };
}

/**
 * MediaConvert's FIT_NO_UPSCALE: the largest size of the picture's shape within the box, never larger than the
 * picture, both sides even.
 */
export function fitNoUpscale(picture: Size, box: Size): Size {
  const scale = Math.min(1, box.width / picture.width, box.height / picture.height);
  const even = (pixels: number) => Math.max(2, 2 * Math.round((pixels * scale) / 2));
  return { width: even(picture.width), height: even(picture.height) };
}
