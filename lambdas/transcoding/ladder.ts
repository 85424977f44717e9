import { type ExactFrameRate, fieldRateOf, halvedAbove, outputFrameRate, quotient } from "./frame-rate";
import { fitWithin, longSideOf, MIN_SIDE_PX, type PictureSize, shortSideOf } from "./picture";
import type { SourceFacts } from "./source-facts";

/** One step of the HLS ladder, whatever the source's size: a box of 16:9 and the rates of what fits in it. */
export interface Rung {
  /** Unique in its ladder; part of file names. It names the box: a film of 1280x536 is in "720p". */
  readonly name: string;
  /** Even, 32 to 2160. The box's height in landscape, its width in portrait. */
  readonly shortSidePx: number;
  /** Even, 32 to 4096. */
  readonly longSidePx: number;
  /** The encoder's peak bitrate, 1,000 to 1,152,000,000. */
  readonly maxBitrateBps: number;
  /** QVBR quality, 1 (lowest) to 10. */
  readonly qualityLevel: number;
  /** For AAC-LC stereo at 48 kHz, 64,000 to 576,000. */
  readonly audioBitrateBps: number;
  /** Faster sources are shown at half their rate, or a quarter. */
  readonly maxFrameRate: number;
}

/** A rung with the picture that it gives a source. */
export type LadderRendition = Rung &
  PictureSize & {
    readonly frameRate: ExactFrameRate;
    /** Whether each field of an interlaced source becomes a frame. */
    readonly doublesFields: boolean;
  };

/**
 * Every rung, in the order of the playlist: players start with the first variant, for which Apple's HLS
 * authoring specification asks for about 2 Mb/s. `docs/ladder.md` holds each rung against Apple's and AWS's
 * tables.
 */
export const LADDER: readonly Rung[] = [
  rung("540p", 960, 540, { maxBitrateBps: 2_000_000, qualityLevel: 7 }),
  rung("2160p", 3840, 2160, { maxBitrateBps: 20_000_000, qualityLevel: 9 }),
  rung("1440p", 2560, 1440, { maxBitrateBps: 12_000_000, qualityLevel: 9 }),
  rung("1080p", 1920, 1080, { maxBitrateBps: 7_800_000, qualityLevel: 9 }),
  rung("720p", 1280, 720, { maxBitrateBps: 4_000_000, qualityLevel: 8 }),
  rung("432p", 768, 432, { maxBitrateBps: 1_100_000, qualityLevel: 7, maxFrameRate: 30 }),
  rung("360p", 640, 360, { maxBitrateBps: 700_000, qualityLevel: 7, maxFrameRate: 30 }),
  rung("234p", 416, 234, {
    maxBitrateBps: 350_000,
    qualityLevel: 7,
    maxFrameRate: 30,
    audioBitrateBps: 64_000,
  }),
];

/**
 * For streams over cellular networks, of which Apple's HLS authoring specification (9.21) requires a variant with a
 * peak of at most 192 kb/s. The picture's share: the audio takes about 70 kb/s of it, the transport stream 14, and a
 * segment of 6 s may hold the encoder's buffer, twice the peak bitrate, on top of 6 s at that bitrate.
 */
const CELLULAR_RUNG = rung("144p", 256, 144, {
  maxBitrateBps: 70_000,
  qualityLevel: 6,
  maxFrameRate: 15,
  audioBitrateBps: 64_000,
});

function rung(
  name: string,
  longSidePx: number,
  shortSidePx: number,
  rates: Pick<Rung, "maxBitrateBps" | "qualityLevel"> & Partial<Rung>,
): Rung {
  return { name, longSidePx, shortSidePx, audioBitrateBps: 128_000, maxFrameRate: 60, ...rates };
}

export const SMALLEST_RUNG_PX = Math.min(...LADDER.map(({ shortSidePx }) => shortSidePx));

/** @param maxHeightPx at least `SMALLEST_RUNG_PX`, so that the ladder isn't empty */
export function ladderUpTo(maxHeightPx: number, { cellular = false } = {}): Rung[] {
  const rungs = LADDER.filter(({ shortSidePx }) => shortSidePx <= maxHeightPx);
  return cellular ? [...rungs, CELLULAR_RUNG] : rungs;
}

/**
 * The longest side of an H.264 output. The limit of 2160 for the short side is that of the largest rung.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/supported-output-resolution-maximums-by-codec.html
 */
const MAX_LONG_SIDE_PX = 4096;

/** Peaks of a variable bitrate above its mean; a cap at the mean would take quality from the source's busiest scenes. */
const PEAK_TO_MEAN = 1.5;

/** Bits that H.264 needs for each bit of a newer codec at the same quality. */
const H264_BITS_PER_BIT: Readonly<Record<string, number>> = { AV1: 2, HEVC: 2, VP9: 1.5 };

/** Apple asks for steps of 1.5 to 2 between the bitrates of adjacent variants. */
const SMALLEST_STEP = 1.5;

type LadderSource = PictureSize &
  Pick<SourceFacts, "frameRate" | "videoBitrateBps" | "videoCodec"> &
  Partial<Pick<SourceFacts, "interlaced">>;

/**
 * The renditions of a source, in the ladder's order. The largest has the source's own size, up to the largest
 * rung's short side, at the rates of the smallest box that holds it; the others fit in the boxes below.
 * None has a higher bitrate than the source needs: where that lowers the largest, those that it reaches are
 * left out. The cellular rung is never the largest, and never left out for a bitrate.
 *
 * @param options.fieldDoubling whether interlaced sources get a frame for each field, as Apple's HLS authoring
 *   specification recommends (1.15). @default false
 */
export function renditionsFor(
  source: LadderSource,
  ladder: readonly Rung[],
  { fieldDoubling = false } = {},
): LadderRendition[] {
  const frameRate = outputFrameRate(source.frameRate);
  const smoothRate = source.interlaced && fieldDoubling ? fieldRateOf(frameRate) : frameRate;
  const bySize = ladder
    .filter((rung) => rung !== CELLULAR_RUNG)
    .sort((one, other) => one.shortSidePx - other.shortSidePx);
  const largest = bySize.at(-1);
  if (!largest) return [];
  const topSize = fitWithin(source, { shortSidePx: largest.shortSidePx, longSidePx: MAX_LONG_SIDE_PX });
  const topRung = bySize.find((box) => holds(box, topSize)) ?? largest;
  const maxBitrateBps = Math.min(topRung.maxBitrateBps, usefulBitrateBps(source, bySize[0] ?? topRung));

  const below = bySize
    .slice(0, bySize.indexOf(topRung))
    .filter((box) => maxBitrateBps === topRung.maxBitrateBps || isStepBelow(box, maxBitrateBps))
    .concat(ladder.filter((rung) => rung === CELLULAR_RUNG))
    .filter((box) => box.longSidePx / longSideOf(source) >= MIN_SIDE_PX / shortSideOf(source))
    .map((box) => ({ ...box, ...fitWithin(source, box) }));
  const renditions = [...below, { ...topRung, ...topSize, maxBitrateBps }].map((rendition) => {
    const rate = halvedAbove(smoothRate, rendition.maxFrameRate);
    return { ...rendition, frameRate: rate, doublesFields: quotient(rate) > quotient(frameRate) };
  });
  const order = ladder.map(({ name }) => name);
  return renditions.sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
}

function holds(box: Rung, picture: PictureSize): boolean {
  return shortSideOf(picture) <= box.shortSidePx && longSideOf(picture) <= box.longSidePx;
}

const isStepBelow = (box: Rung, bitrateBps: number) => box.maxBitrateBps * SMALLEST_STEP <= bitrateBps;

/** Above this, bits only copy the source's own compression artifacts. Never below the smallest rung's bitrate. */
function usefulBitrateBps({ videoBitrateBps, videoCodec = "" }: LadderSource, smallest: Rung): number {
  if (videoBitrateBps === undefined) return Number.POSITIVE_INFINITY;
  const asH264Bps = videoBitrateBps * (H264_BITS_PER_BIT[videoCodec] ?? 1);
  return Math.max(smallest.maxBitrateBps, Math.round(asH264Bps * PEAK_TO_MEAN));
}
