/**
 * MediaConvert's on-demand prices, as far as this pipeline's outputs need them: AVC in one pass, which is
 * the Basic tier. The first volume step is used, so an estimate is never too low because of a discount.
 *
 * A normalized minute is a minute of output, times a factor of its picture size and one of its frame rate.
 * Sources: the rate and the factors of SD and HD are those of https://aws.amazon.com/mediaconvert/pricing/,
 * us-east-1, as copied by third parties in August and September 2026; the factor above 30 frames per second
 * is from a calculation of 2021; for 4K in AVC no price was found, and twice HD's is assumed, as HD's is
 * twice SD's. No price was found for frame captures and probes either; they count as nothing.
 */
export const PRICE_LIST = {
  asOf: "2026-09",
  region: "us-east-1",
  usdPerNormalizedMinute: 0.0075,
  /** Shorter outputs are charged as if they were this long. */
  minSecondsPerOutput: 10,
  /** From small to large: the first whose limits hold the picture, in portrait too. */
  pictureSizes: [
    { name: "SD", belowLongSidePx: 1280, belowShortSidePx: 720, factor: 1 },
    { name: "HD", belowLongSidePx: 1921, belowShortSidePx: 1081, factor: 2 },
    {
      name: "4K",
      belowLongSidePx: Number.POSITIVE_INFINITY,
      belowShortSidePx: Number.POSITIVE_INFINITY,
      factor: 4,
    },
  ],
  /** From slow to fast: the first that is fast enough. */
  frameRates: [
    { upTo: 30, factor: 1 },
    { upTo: 60, factor: 2 },
  ],
} as const;
