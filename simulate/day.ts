import { estimateCostUsd, priceIn } from "../lambdas/transcoding/cost-estimate";
import { ladderUpTo, renditionsFor } from "../lambdas/transcoding/ladder";
import { RandomNumbers } from "./random-numbers";
import { type Outcome, type Scenario, simulate } from "./simulation";

/** A day of uploads. */
export interface Day extends Omit<Scenario, "arrivals" | "videoSeconds"> {
  readonly uploads: number;
  /** Uploads of the busiest hour, as a multiple of the mean hour's. 1 to 2. */
  readonly peak: number;
  /** Of a video, on average. */
  readonly meanMinutes: number;
  readonly seed: number;
}

/** The only region whose prices the estimate knows. */
const PRICED_REGION = "us-east-1";
const DAY_SECONDS = 86_400;
/** Of the logarithm of a video's length: two thirds are between 0.45 and 2.2 times the median. */
const LENGTH_SPREAD = 0.8;

/** Simulates a day, from an idle pipeline, until its last job has ended. */
export function simulateDay(day: Day): Outcome {
  return withUploads(day)(day.slots);
}

/** The fewest slots with which 95 % of the day's jobs end within this time; undefined if no number of slots does. */
export function slotsFor(p95Seconds: number, day: Omit<Day, "slots">): number | undefined {
  const simulateWith = withUploads(day);
  const isEnough = (slots: number) => percentile(simulateWith(slots).latencies, 95) <= p95Seconds;
  // As many slots as jobs: nothing waits for one.
  if (!isEnough(day.uploads)) return undefined;
  let [tooFew, enough] = [0, day.uploads];
  // Within one percent, which is finer than any of the assumptions.
  while (enough - tooFew > Math.max(1, enough / 100)) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** Draws the uploads of a day once, for any number of slots. */
function withUploads(day: Omit<Day, "slots">): (slots: number) => Outcome {
  const random = new RandomNumbers(day.seed);
  const arrivals = new Float64Array(day.uploads).map(() => arrivalIn(day.peak, random)).sort();
  const videoSeconds = new Float64Array(day.uploads).map(
    () => day.meanMinutes * 60 * random.logNormal(LENGTH_SPREAD),
  );
  return (slots) => simulate({ ...day, slots, arrivals, videoSeconds }, new RandomNumbers(day.seed));
}

/** A random time of the day, at a rate that swings once around its mean. */
function arrivalIn(peak: number, random: RandomNumbers): number {
  for (;;) {
    const at = random.uniform() * DAY_SECONDS;
    if (random.uniform() * peak < 1 - (peak - 1) * Math.cos((2 * Math.PI * at) / DAY_SECONDS)) return at;
  }
}

/** Slots that the day's videos occupy on average. With fewer, jobs arrive faster than they end. */
export function slotsNeeded({
  uploads,
  meanMinutes,
  speed,
}: Pick<Day, "uploads" | "meanMinutes" | "speed">): number {
  return (uploads * meanMinutes * 60) / speed / DAY_SECONDS;
}

export function percentile(values: Float64Array, percent: number): number {
  const sorted = values.toSorted();
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}

/** What MediaConvert charges for the day's videos, each Full HD at 25 frames a second and of the mean length. */
export function costUsd({ uploads, meanMinutes }: Pick<Day, "uploads" | "meanMinutes">): number {
  const renditions = renditionsFor({ widthPx: 1920, heightPx: 1080, frameRate: 25 }, ladderUpTo(1080));
  return uploads * estimateCostUsd(renditions, meanMinutes * 60, priceIn(PRICED_REGION));
}
