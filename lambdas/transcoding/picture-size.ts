export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Limits by side instead of by width and height, so that portrait is treated as landscape is. */
export interface SideLimits {
  readonly shortSidePx: number;
  readonly longSidePx: number;
}

/** MediaConvert's smallest width and height. */
export const MIN_SIDE_PX = 32;

export function shortSideOf({ widthPx, heightPx }: PictureSize): number {
  return Math.min(widthPx, heightPx);
}

export function longSideOf({ widthPx, heightPx }: PictureSize): number {
  return Math.max(widthPx, heightPx);
}

/**
 * The largest size within the limits that has the picture's shape, both sides even as H.264 with 4:2:0
 * needs them. Never larger than the picture, except that no side is below `MIN_SIDE_PX`.
 */
export function fitWithin(picture: PictureSize, limits: SideLimits): PictureSize {
  const scale = Math.min(
    1,
    limits.shortSidePx / shortSideOf(picture),
    limits.longSidePx / longSideOf(picture),
  );
  const side = (sidePx: number) => {
    const largestEven = 2 * Math.floor(sidePx / 2);
    return Math.max(MIN_SIDE_PX, Math.min(largestEven, 2 * Math.round((sidePx * scale) / 2)));
  };
  return { widthPx: side(picture.widthPx), heightPx: side(picture.heightPx) };
}
