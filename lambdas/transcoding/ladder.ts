import { fitWithin, MIN_SIDE_PX, type PictureSize, shortSideOf } from "./picture";

/** One step of the HLS ladder, whatever the source's size. */
export interface Rung {
  /** Unique in its ladder; part of file names. */
  readonly name: string;
  /** Even, 32 to 4320. The picture's height in landscape, its width in portrait. */
  readonly shortSidePx: number;
  /** The encoder's peak bitrate, 1,000 to 1,152,000,000. */
  readonly maxBitrateBps: number;
  /** QVBR quality, 1 (lowest) to 10. */
  readonly qualityLevel: number;
  /** For AAC-LC stereo at 48 kHz, 64,000 to 576,000. */
  readonly audioBitrateBps: number;
}

/** A rung with the picture size that it gives a source. */
export type LadderRendition = Rung & PictureSize;

/**
 * Every rung, in the order of the playlist: players start with the first variant, for which Apple's HLS
 * authoring specification asks for about 2 Mb/s. Bitrates are the project's own, chosen as peaks for QVBR;
 * sizes are those of Apple's table. Qualities follow MediaConvert's QVBR guide: 7 for computers and tablets,
 * 8 for television.
 * https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/qvbr-guidelines.html
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

export const SMALLEST_RUNG_PX = Math.min(...LADDER.map(({ shortSidePx }) => shortSidePx));

/** @param maxHeightPx at least `SMALLEST_RUNG_PX`, so that the ladder isn't empty */
export function ladderUpTo(maxHeightPx: number): Rung[] {
  return LADDER.filter(({ shortSidePx }) => shortSidePx <= maxHeightPx);
}

/**
 * The longest side of an H.264 output. The limit of 2160 for the short side is above every rung.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/supported-output-resolution-maximums-by-codec.html
 */
const MAX_LONG_SIDE_PX = 4096;

/**
 * The rungs that the source is large enough for, in the ladder's order. A source smaller than every rung, or
 * so wide that its long side would exceed 4096 px on each, gets a single rung of its own size with the rates
 * of the smallest rung.
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
