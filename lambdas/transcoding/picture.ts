import type { ColorCorrector, VideoDescription } from "@aws-sdk/client-mediaconvert";
import type { SourceFacts } from "./source-facts";

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
 * The largest size within the limits that keeps the picture's shape, both sides even, as H.264 with 4:2:0
 * requires. Never larger than the picture, except that no side is below `MIN_SIDE_PX`.
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

/**
 * An output's size, and what happens to the picture before it is encoded. Apple's HLS authoring
 * specification requires progressive video and an SDR variant.
 * https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices
 */
export function pictureSettings(
  { widthPx, heightPx, doublesFields = false }: PictureSize & { readonly doublesFields?: boolean },
  source: Pick<SourceFacts, "anamorphic" | "hdrTransfer" | "primaries">,
): Pick<VideoDescription, "Width" | "Height" | "ScalingBehavior" | "VideoPreprocessors"> {
  const colorCorrector = colorCorrectorFor(source);
  return {
    Width: widthPx,
    Height: heightPx,
    // The size already has the source's shape. If the probe was wrong, the picture shrinks to fit instead of
    // getting bars, being stretched, or being charged as a larger one. Whether that counts stored or displayed
    // pixels isn't documented; where they differ, only a stretch is certain to give the displayed shape.
    ScalingBehavior: source.anamorphic ? "STRETCH_TO_OUTPUT" : "FIT_NO_UPSCALE",
    VideoPreprocessors: {
      // Always, as Probe tells the scan type of H.264, H.265 and MPEG-2 only. NORMAL leaves frames alone that are
      // tagged as progressive: https://docs.aws.amazon.com/mediaconvert/latest/ug/valid-settings-combinations.html
      Deinterlacer: {
        Algorithm: doublesFields ? "LINEAR_INTERPOLATION" : "INTERPOLATE",
        Mode: "ADAPTIVE",
        Control: "NORMAL",
      },
      ...(colorCorrector && { ColorCorrector: colorCorrector }),
    },
  };
}

/**
 * HDR becomes SDR, and P3 becomes BT.709; anything else keeps its colors (ADR 0018). AWS recommends VIBRANT for HDR10,
 * and maps HLG with PRESERVE_DETAILS in any case; SDR isn't tone-mapped.
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html (HdrToSdrToneMapper)
 */
function colorCorrectorFor({
  hdrTransfer,
  primaries,
}: Pick<SourceFacts, "hdrTransfer" | "primaries">): ColorCorrector | undefined {
  if (hdrTransfer === undefined && primaries !== "P3") return undefined;
  return {
    ColorSpaceConversion: "FORCE_709",
    HdrToSdrToneMapper: hdrTransfer === "PQ" ? "VIBRANT" : "PRESERVE_DETAILS",
  };
}
