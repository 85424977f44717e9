import { quotient } from "./frame-rate";
import type { LadderRendition } from "./ladder";
import { longSideOf, type PictureSize, shortSideOf } from "./picture";

/** What the price of a rendition depends on. */
export type PricedRendition = Pick<LadderRendition, "widthPx" | "heightPx" | "frameRate">;

/**
 * MediaConvert's on-demand prices in us-east-1, September 2026, for AVC in one pass, which is the Basic tier.
 * They are those of the first volume tier, the highest, so that no discount is assumed.
 *
 * A normalized minute is a minute of output times a factor for its size and one for its frame rate.
 * The rate and the factors for SD and HD are from https://aws.amazon.com/mediaconvert/pricing/, as copied by
 * third parties in August and September 2026; the factor above 30 frames per second is from a calculation of
 * 2021. No price was found for 4K in AVC: it is assumed to be twice HD's, as HD's is twice SD's. None was
 * found for frame captures and probes either: they count as free.
 */
const PRICES = {
  usdPerNormalizedMinute: 0.0075,
  /** Shorter outputs are charged as if they were this long. */
  minSecondsPerOutput: 10,
  sd: { belowLongSidePx: 1280, belowShortSidePx: 720, factor: 1 },
  hd: { belowLongSidePx: 1921, belowShortSidePx: 1081, factor: 2 },
  uhdFactor: 4,
  maxStandardFrameRate: 30,
  highFrameRateFactor: 2,
} as const;

/**
 * What MediaConvert charges for the renditions of a source, in US dollars, rounded up to a hundredth of a
 * cent.
 *
 * @param durationSeconds of the source; every rendition is as long
 */
export function estimateCostUsd(renditions: readonly PricedRendition[], durationSeconds: number): number {
  const minutes = Math.max(durationSeconds, PRICES.minSecondsPerOutput) / 60;
  const factors = renditions.map((rendition) => sizeFactor(rendition) * rateFactor(rendition));
  const normalizedMinutes = factors.reduce((sum, factor) => sum + factor * minutes, 0);
  // The tiny reduction keeps binary fractions such as 0.045 from rounding up by another step.
  return Math.ceil(normalizedMinutes * PRICES.usdPerNormalizedMinute * 10_000 - 1e-6) / 10_000;
}

function sizeFactor(picture: PictureSize): number {
  const fitting = [PRICES.sd, PRICES.hd].find(
    ({ belowLongSidePx, belowShortSidePx }) =>
      longSideOf(picture) < belowLongSidePx && shortSideOf(picture) < belowShortSidePx,
  );
  return fitting?.factor ?? PRICES.uhdFactor;
}

function rateFactor({ frameRate }: PricedRendition): number {
  return quotient(frameRate) <= PRICES.maxStandardFrameRate ? 1 : PRICES.highFrameRateFactor;
}
