import { fitWithin, type PictureSize } from "./picture-size";
import type { SourceFacts } from "./source-facts";

/** Which frames are captured, and how. The first frame is always one of them. */
export interface ThumbnailPlan extends PictureSize {
  /** Seconds between captures are `intervalNumerator / intervalDenominator`, both whole and at least 1. */
  readonly intervalNumerator: number;
  readonly intervalDenominator: number;
  /** 1 to 10,000,000. */
  readonly maxCaptures: number;
  /** JPEG quality, 1 to 100. */
  readonly quality: number;
}

/** A picture for a scrubber or a list: 640x360 for a 16:9 video. */
const SIZE_LIMITS = { shortSidePx: 360, longSidePx: 1280 };
/** As in AWS's own job templates. */
const QUALITY = 80;
/** A film of 2 h 46 min has a picture every 10 s; longer ones get wider intervals instead of more files. */
const MAX_CAPTURES = 1000;
/** A clip gets at least this many, if the shortest interval allows. */
const ENOUGH_CAPTURES = 5;

/** Seconds, as fractions, widest first. */
const INTERVALS = [
  { intervalNumerator: 10, intervalDenominator: 1 },
  { intervalNumerator: 5, intervalDenominator: 1 },
  { intervalNumerator: 2, intervalDenominator: 1 },
  { intervalNumerator: 1, intervalDenominator: 1 },
  { intervalNumerator: 1, intervalDenominator: 2 },
] as const;
const SHORTEST_INTERVAL = { intervalNumerator: 1, intervalDenominator: 4 };

export function thumbnailPlanFor(source: SourceFacts): ThumbnailPlan {
  return {
    ...intervalFor(source.durationSeconds),
    maxCaptures: MAX_CAPTURES,
    quality: QUALITY,
    ...fitWithin(source, SIZE_LIMITS),
  };
}

function intervalFor(durationSeconds: number | undefined) {
  if (durationSeconds === undefined) return INTERVALS[0];
  const widestForAll = Math.ceil(durationSeconds / (MAX_CAPTURES - 1));
  if (widestForAll > INTERVALS[0].intervalNumerator) {
    return { intervalNumerator: widestForAll, intervalDenominator: 1 };
  }
  return (
    INTERVALS.find((interval) => captures(durationSeconds, interval) >= ENOUGH_CAPTURES) ?? SHORTEST_INTERVAL
  );
}

/** MediaConvert takes the first frame, then one per interval. */
function captures(
  durationSeconds: number,
  interval: Pick<ThumbnailPlan, "intervalNumerator" | "intervalDenominator">,
): number {
  return Math.floor((durationSeconds * interval.intervalDenominator) / interval.intervalNumerator) + 1;
}
