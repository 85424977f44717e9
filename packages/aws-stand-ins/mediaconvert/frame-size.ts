import type { VideoDescription } from "./create-job/video";
import type { SourceVideo } from "./source";

export interface Size {
  readonly width: number;
  readonly height: number;
}

type Box = Pick<VideoDescription, "width" | "height" | "scalingBehavior">;

/**
 * An output's size. Whether FIT_NO_UPSCALE counts stored or displayed pixels isn't documented. Stored ones are
 * assumed: an anamorphic picture then loses its shape, as outputs have square pixels.
 * @param rotation clockwise degrees by which the job turns the picture
 */
export function outputSize(video: SourceVideo, rotation: number, { scalingBehavior, ...box }: Box): Size {
  if (scalingBehavior === "STRETCH_TO_OUTPUT") return { width: box.width, height: box.height };
  const { width, height } = video;
  return fitNoUpscale(rotation % 180 === 0 ? { width, height } : { width: height, height: width }, box);
}

/** The largest size of the picture's shape within the box, never larger than the picture, both sides even. */
function fitNoUpscale(picture: Size, box: Size): Size {
  const scale = Math.min(1, box.width / picture.width, box.height / picture.height);
  const even = (pixels: number) => Math.max(2, 2 * Math.round((pixels * scale) / 2));
  return { width: even(picture.width), height: even(picture.height) };
}
