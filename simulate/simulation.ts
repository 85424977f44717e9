import TinyQueue from "tinyqueue";
import { delaySeconds } from "../lambdas/jobs/retry-lane";
import type { RandomNumbers } from "./random-numbers";

/** What arrives, and what AWS allows. */
export interface Scenario {
  /** Seconds from the start at which each upload arrives, ascending. */
  readonly arrivals: Float64Array;
  /** How long each upload's video is. */
  readonly videoSeconds: Float64Array;
  /** Jobs that MediaConvert runs at once. */
  readonly slots: number;
  /** Seconds of source that one job transcodes in a second. */
  readonly speed: number;
  /** Probe and CreateJob together, in the long run. AWS publishes no figure. */
  readonly callsPerSecond: number;
  /** Attempts that Lambda runs at once. */
  readonly concurrency: number;
  /** How long an attempt to start a job takes. */
  readonly attemptSeconds: number;
}

export interface Outcome {
  /** From each upload to the end of its job, in seconds, in the order of the uploads. */
  readonly latencies: Float64Array;
  /** Until MediaConvert had the job. */
  readonly submitSeconds: Float64Array;
  /** How long each job waited for a slot after that. */
  readonly slotSeconds: Float64Array;
  readonly throttledAttempts: number;
  /** Jobs that MediaConvert ran at once, at most. */
  readonly busiestSlots: number;
}

interface Attempt {
  readonly at: number;
  readonly upload: number;
  /** Attempts before this one. */
  readonly attempts: number;
  /** A row keeps what Probe found: only CreateJob is left to do. */
  readonly isProbed: boolean;
}

/**
 * Follows every upload from its event to the end of its job: attempts that MediaConvert throttles wait in the retry
 * lane, by the delays that media-processor uses; jobs wait for a slot in the order of their submission.
 */
export function simulate(scenario: Scenario, random: RandomNumbers): Outcome {
  const { arrivals, slots, concurrency, attemptSeconds, videoSeconds, speed } = scenario;
  const calls = new CallQuota(scenario.callsPerSecond);
  const functions = new Servers(concurrency);
  const jobs = new Servers(slots);
  const [submitSeconds, slotSeconds, latencies] = arraysOf(arrivals.length);
  let throttledAttempts = 0;
  let arrived = 0;
  // Everything but the first attempts, which the arrivals are.
  const later = new TinyQueue<Attempt>([], (one, other) => one.at - other.at);

  const nextAttempt = (): Attempt | undefined => {
    const at = arrivals[arrived];
    if (at === undefined || (later.peek()?.at ?? Number.POSITIVE_INFINITY) < at) return later.pop();
    arrived += 1;
    return { at, upload: arrived - 1, attempts: 0, isProbed: false };
  };

  for (let next = nextAttempt(); next !== undefined; next = nextAttempt()) {
    const begins = functions.firstFreeAt(next.at);
    if (begins > next.at) {
      later.push({ ...next, at: begins });
      continue;
    }
    functions.take(begins, attemptSeconds);
    const isProbed = next.isProbed || calls.take(begins);
    if (isProbed && calls.take(begins)) {
      const submitted = begins + attemptSeconds;
      const starts = jobs.firstFreeAt(submitted);
      const runs = (videoSeconds[next.upload] ?? 0) / speed;
      jobs.take(starts, runs);
      const uploaded = arrivals[next.upload] ?? 0;
      submitSeconds[next.upload] = submitted - uploaded;
      slotSeconds[next.upload] = starts - submitted;
      latencies[next.upload] = starts + runs - uploaded;
      continue;
    }
    throttledAttempts += 1;
    const attempts = next.attempts + 1;
    const at = begins + attemptSeconds + delaySeconds(attempts, random.uniform());
    later.push({ upload: next.upload, at, attempts, isProbed });
  }
  return { latencies, submitSeconds, slotSeconds, throttledAttempts, busiestSlots: jobs.busiest };
}

const arraysOf = (length: number): [Float64Array, Float64Array, Float64Array] => [
  new Float64Array(length),
  new Float64Array(length),
  new Float64Array(length),
];

/** Serves up to `count` at once, first come, first served. */
class Servers {
  private readonly busyUntil = new TinyQueue<number>();
  busiest = 0;

  constructor(private readonly count: number) {}

  /** The earliest time from `at` on at which one is free. */
  firstFreeAt(at: number): number {
    while ((this.busyUntil.peek() ?? Number.POSITIVE_INFINITY) <= at) this.busyUntil.pop();
    return this.busyUntil.length < this.count ? at : (this.busyUntil.peek() ?? at);
  }

  take(from: number, seconds: number): void {
    if (this.busyUntil.length >= this.count) this.busyUntil.pop();
    this.busyUntil.push(from + seconds);
    this.busiest = Math.max(this.busiest, this.busyUntil.length);
  }
}

/** A token bucket that holds a second's calls, but at least two. */
class CallQuota {
  private readonly capacity: number;
  private tokens: number;
  private filledAt = 0;

  constructor(private readonly perSecond: number) {
    this.capacity = Math.max(2, perSecond);
    this.tokens = this.capacity;
  }

  /** Whether a call at this time is within the quota. */
  take(at: number): boolean {
    this.tokens = Math.min(this.capacity, this.tokens + (at - this.filledAt) * this.perSecond);
    this.filledAt = at;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
