import { MAX_FRAME_RATE, outputFrameRate } from "./frame-rate";
import { longSideOf, type PictureSize, shortSideOf } from "./picture-size";
import { PRICE_LIST } from "./price-list";
import type { SourceFacts } from "./source-facts";

/**
 * What MediaConvert charges for renditions of a source, in US dollars, rounded up to a hundredth of a cent.
 *
 * @param durationSeconds of the source, which every rendition has in full
 */
export function estimateCostUsd(
  renditions: readonly PictureSize[],
  frameRate: SourceFacts["frameRate"],
  durationSeconds: number,
): number {
  const minutes = Math.max(durationSeconds, PRICE_LIST.minSecondsPerOutput) / 60;
  const factors = renditions.map((rendition) => sizeFactor(rendition) * rateFactor(frameRate));
  const normalizedMinutes = factors.reduce((sum, factor) => sum + factor * minutes, 0);
  // Without the small reduction, binary fractions such as 0.045 would be rounded up by another step.
  return Math.ceil(normalizedMinutes * PRICE_LIST.usdPerNormalizedMinute * 10_000 - 1e-6) / 10_000;
}

function sizeFactor(picture: PictureSize): number {
  const fits = PRICE_LIST.pictureSizes.filter(
    ({ belowLongSidePx, belowShortSidePx }) =>
      longSideOf(picture) < belowLongSidePx && shortSideOf(picture) < belowShortSidePx,
  );
  return Math.min(...fits.map(({ factor }) => factor));
}

/** A rate that isn't known counts as the dearest. */
function rateFactor(sourceRate: SourceFacts["frameRate"]): number {
  const rate = outputFrameRate(sourceRate) ?? MAX_FRAME_RATE;
  const enough = PRICE_LIST.frameRates.filter(({ upTo }) => rate <= upTo);
  return Math.min(...enough.map(({ factor }) => factor));
}
