import { fitWithin, MIN_SIDE_PX, type PictureSize, shortSideOf } from "./picture-size";

/** One step of an HLS ladder, before the source's size is known. */
export interface Rung {
  /** Unique in its ladder; becomes part of file names. */
  readonly name: string;
  /** Even, 32 to 4320. The picture's height in landscape, its width in portrait. */
  readonly shortSidePx: number;
  /** The highest bitrate that the encoder may reach, 1,000 to 1,152,000,000. */
  readonly maxBitrateBps: number;
  /** QVBR quality, 1 (lowest) to 10. */
  readonly qualityLevel: number;
  /** AAC-LC stereo at 48 kHz takes 64,000 to 576,000. */
  readonly audioBitrateBps: number;
}

/** A rung with the picture size that a given source gets on it. */
export type LadderRendition = Rung & PictureSize;

/**
 * Every rung that there is: the one place to change the ladder. The order is the playlist's: players start
 * with the first variant, and Apple's HLS authoring specification asks for about 2 Mb/s there. Bitrates
 * follow its H.264 table, the lowest two its cellular floor; qualities follow MediaConvert's QVBR table (7
 * for computers and tablets, 8 for television).
 */
export const LADDER: readonly Rung[] = [
  { name: "540p", shortSidePx: 540, maxBitrateBps: 2_000_000, qualityLevel: 7, audioBitrateBps: 128_000 },
  { name: "2160p", shortSidePx: 2160, maxBitrateBps: 20_000_000, qualityLevel: 8, audioBitrateBps: 128_000 },
  { name: "1440p", shortSidePx: 1440, maxBitrateBps: 12_000_000, qualityLevel: 8, audioBitrateBps: 128_000 },
  { name: "1080p", shortSidePx: 1080, maxBitrateBps: 6_000_000, qualityLevel: 8, audioBitrateBps: 128_000 },
  { name: "720p", shortSidePx: 720, maxBitrateBps: 3_500_000, qualityLevel: 8, audioBitrateBps: 128_000 },
  { name: "360p", shortSidePx: 360, maxBitrateBps: 700_000, qualityLevel: 7, audioBitrateBps: 128_000 },
  { name: "234p", shortSidePx: 234, maxBitrateBps: 350_000, qualityLevel: 6, audioBitrateBps: 64_000 },
];

/** The rungs above it cost several times the others, and are made only if an operator asks for them. */
export const DEFAULT_MAX_HEIGHT_PX = 1080;

export const SMALLEST_RUNG_PX = Math.min(...LADDER.map(({ shortSidePx }) => shortSidePx));

/** @param maxHeightPx at least `SMALLEST_RUNG_PX`, so that the ladder isn't empty */
export function ladderUpTo(maxHeightPx: number): Rung[] {
  return LADDER.filter(({ shortSidePx }) => shortSidePx <= maxHeightPx);
}

/**
 * The longest side of an H.264 output; the other one's limit of 2160 is above every rung's.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/supported-output-resolution-maximums-by-codec.html
 */
const MAX_LONG_SIDE_PX = 4096;

/**
 * The rungs that the source is large enough for, in the ladder's order. A source below every rung (or so
 * wide that its long side would exceed 4096 px on each) gets one rung of its own size, with the rates of
 * the ladder's smallest. Names stay unique: the own rung is always the only one.
 */
export function renditionsFor(source: PictureSize, ladder: readonly Rung[]): LadderRendition[] {
  const fitting = ladder
    .filter(({ shortSidePx }) => shortSidePx <= shortSideOf(source))
    .map((rung) => ({ ...rung, ...fitWithin(source, { ...rung, longSidePx: MAX_LONG_SIDE_PX }) }))
    .filter((rendition) => shortSideOf(rendition) === rendition.shortSidePx);
  return fitting.length > 0 ? fitting : [ownSizeRendition(source, ladder)];
}

function ownSizeRendition(source: PictureSize, ladder: readonly Rung[]): LadderRendition {
  const smallest = ladder.reduce((least, rung) => (rung.shortSidePx < least.shortSidePx ? rung : least));
  const ownShortSidePx = Math.max(MIN_SIDE_PX, shortSideOf(source));
  const size = fitWithin(source, { shortSidePx: ownShortSidePx, longSidePx: MAX_LONG_SIDE_PX });
  const shortSidePx = shortSideOf(size);
  return { ...smallest, ...size, shortSidePx, name: `${shortSidePx}p` };
}
