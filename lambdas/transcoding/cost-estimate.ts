import { quotient } from "./frame-rate";
import type { LadderRendition } from "./ladder";
import { hasOwnAudio, type Stream } from "./packaging/stream";
import { longSideOf, type PictureSize, shortSideOf } from "./picture";

/** What the price of a rendition depends on. */
export type PricedRendition = Pick<LadderRendition, "widthPx" | "heightPx" | "frameRate">;

export interface Price {
  /** Of AVC in one pass, in the Basic tier, without a discount for volume. */
  readonly usdPerNormalizedMinute: number;
  /** The region whose price it is. */
  readonly region: string;
}

/**
 * First us-east-1's, from https://aws.amazon.com/mediaconvert/pricing/ as copied by third parties in August and
 * September 2026. For no other region was a price found that still holds.
 */
const KNOWN_PRICES: readonly [Price, ...Price[]] = [{ region: "us-east-1", usdPerNormalizedMinute: 0.0075 }];

/**
 * The price of a region, or of us-east-1 if the region's isn't known.
 *
 * @param own the price of the region as an operator knows it
 */
export function priceIn(region: string, own?: number): Price {
  if (own !== undefined) return { region, usdPerNormalizedMinute: own };
  return KNOWN_PRICES.find((price) => price.region === region) ?? KNOWN_PRICES[0];
}

/**
 * How much more a normalized minute of the Professional tier costs: 0.012 US dollars instead of 0.0075, by the same copies.
 * Its factors for AVC in one pass are the Basic tier's, by bills of
 * https://github.com/aws-solutions-library-samples/video-on-demand-on-aws/issues/90
 */
const PROFESSIONAL_TIER = 1.6;

/**
 * A normalized minute is a minute of output times a factor for its size and one for its frame rate, the same in every
 * region. The factors for SD and HD are from the page above; the factor above 30 frames per second is from a
 * calculation of 2021. None was found for 4K in AVC: it is assumed to be twice HD's, as HD's is twice SD's.
 * No price was found for frame captures and probes: they count as free. The classes of size and rate are those of
 * "Understanding your AWS billing and usage reports for MediaConvert" in its user guide.
 */
const FACTORS = {
  /** Shorter outputs are charged as if they were this long. */
  minSecondsPerOutput: 10,
  sd: { belowLongSidePx: 1280, belowShortSidePx: 720, factor: 1 },
  hd: { belowLongSidePx: 1921, belowShortSidePx: 1081, factor: 2 },
  uhdFactor: 4,
  maxStandardFrameRate: 30,
  highFrameRateFactor: 2,
  /**
   * Of sound in a file of its own. The page names a price for MP3 without video only. Whether AAC that goes with video is
   * charged at all isn't documented; an estimate must not be too low.
   */
  soundFactor: 0.4,
  /**
   * Added for each output whose loudness is normalized, in the Professional tier. The page's factor as quoted in
   * https://github.com/sciencehistory/scihist_digicoll/pull/3268, of January 2026.
   */
  normalizationFactor: 0.17,
} as const;

/** What the price of a stream's sound depends on. */
export interface PricedSound {
  /** Outputs that hold nothing but sound. */
  readonly ownOutputs: number;
  /** Outputs whose loudness is normalized. */
  readonly normalizedOutputs: number;
}

const SILENCE: PricedSound = { ownOutputs: 0, normalizedOutputs: 0 };

export function pricedSound(
  stream: Pick<Stream, "packaging" | "renditions" | "audio" | "loudnessTargetLkfs">,
): PricedSound {
  const { renditions, audio, loudnessTargetLkfs } = stream;
  const ownOutputs = hasOwnAudio(stream) ? audio.length : 0;
  const outputsWithSound = ownOutputs || audio.length * renditions.length;
  return { ownOutputs, normalizedOutputs: loudnessTargetLkfs === undefined ? 0 : outputsWithSound };
}

/**
 * What MediaConvert charges for the renditions of a source, in US dollars, rounded up to a hundredth of a
 * cent. Captions count as free: no price was found for them. With normalized loudness, the whole job counts as one of the
 * Professional tier.
 *
 * @param durationSeconds of the source; every rendition is as long
 * @param sound @default none that is charged
 */
export function estimateCostUsd(
  renditions: readonly PricedRendition[],
  durationSeconds: number,
  { usdPerNormalizedMinute }: Price,
  { ownOutputs, normalizedOutputs }: PricedSound = SILENCE,
): number {
  const minutes = Math.max(durationSeconds, FACTORS.minSecondsPerOutput) / 60;
  const factors = renditions.map((rendition) => sizeFactor(rendition) * rateFactor(rendition));
  const soundFactor = FACTORS.soundFactor * ownOutputs + FACTORS.normalizationFactor * normalizedOutputs;
  const normalizedMinutes = [...factors, soundFactor].reduce((sum, factor) => sum + factor * minutes, 0);
  const usdPerMinute = usdPerNormalizedMinute * (normalizedOutputs > 0 ? PROFESSIONAL_TIER : 1);
  // The tiny reduction keeps binary fractions such as 0.045 from rounding up by another step.
  return Math.ceil(normalizedMinutes * usdPerMinute * 10_000 - 1e-6) / 10_000;
}

function sizeFactor(picture: PictureSize): number {
  const fitting = [FACTORS.sd, FACTORS.hd].find(
    ({ belowLongSidePx, belowShortSidePx }) =>
      longSideOf(picture) < belowLongSidePx && shortSideOf(picture) < belowShortSidePx,
  );
  return fitting?.factor ?? FACTORS.uhdFactor;
}

function rateFactor({ frameRate }: PricedRendition): number {
  return quotient(frameRate) <= FACTORS.maxStandardFrameRate ? 1 : FACTORS.highFrameRateFactor;
}
