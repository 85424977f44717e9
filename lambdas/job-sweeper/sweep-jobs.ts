import type { Job } from "../jobs/job";
import { type AnnouncementDependencies, announceOutcome } from "../jobs/outcome-announcement";
import type { RetryLane } from "../jobs/retry-lane";
import { recordEvent } from "../status-updater/record-event";
import type { MediaConvertRecord } from "./media-convert-record";

export interface SweepDependencies extends AnnouncementDependencies {
  readonly record: MediaConvertRecord;
  readonly retryLane: RetryLane;
  /** A job whose row hasn't changed for so long is looked at, and not again for as long. */
  readonly stuckAfterSeconds: number;
  /** Told of every job that was looked at, and of every one that couldn't be. */
  readonly report: (result: SweptJob) => void;
  /** Whether there is time for one more job. */
  readonly mayGoOn: () => boolean;
}

/**
 * `caught up`: the row has what MediaConvert says now. `put back`: MediaConvert may not have the job, and
 * media-processor sees to it. `lost`: MediaConvert had the job and doesn't know it any more. `announced`:
 * its end had not been told. `left alone`: all was well.
 */
type SweepOutcome = "caught up" | "put back" | "lost" | "announced" | "left alone";

export interface SweptJob {
  readonly jobId: string;
  readonly outcome: SweepOutcome | "failed";
  /** The row, if the sweep is what ended its job. */
  readonly ended?: Job;
  readonly cause?: unknown;
}

export interface SweepResult {
  readonly looked: number;
  readonly failed: number;
  /** Whether the limit or the time ran out first. The next sweep goes on where this one stopped. */
  readonly moreLeft: boolean;
}

/** Jobs per sweep: GetJob is called for each, and its rate is limited for the whole account. */
const MAX_JOBS = 500;

/** More than status-updater's time-out and both of Lambda's repetitions after it take (1 and 2 minutes). */
const ANNOUNCEMENT_SECONDS = 300;

/**
 * Finds the jobs that should have moved and moves them. Every job is judged alone. Announcements come
 * first: they are few, and somebody waits for them.
 */
export async function sweepJobs(dependencies: SweepDependencies): Promise<SweepResult> {
  const { jobs, now, stuckAfterSeconds, report, mayGoOn } = dependencies;
  const since = Math.floor(now() / 1000) - stuckAfterSeconds;
  const lists = [
    { ids: jobs.unannouncedIds(), sweep: announce },
    { ids: jobs.idleIds("SUBMITTED", since), sweep: catchUp },
    { ids: jobs.idleIds("PROCESSING", since), sweep: catchUp },
  ];
  let looked = 0;
  let failed = 0;
  for (const { ids, sweep } of lists) {
    for await (const jobId of ids) {
      if (looked === MAX_JOBS || !mayGoOn()) return { looked, failed, moreLeft: true };
      looked += 1;
      try {
        const job = await jobs.find(jobId);
        report({ jobId, outcome: "left alone", ...(job && (await sweep(job, since, dependencies))) });
      } catch (cause) {
        failed += 1;
        report({ jobId, outcome: "failed", cause });
      }
    }
  }
  return { looked, failed, moreLeft: false };
}

type Sweep = (
  job: Job,
  since: number,
  dependencies: SweepDependencies,
) => Promise<Pick<SweptJob, "outcome" | "ended">>;

const announce: Sweep = async (job, _since, dependencies) => {
  const settled = job.updatedAt < Math.floor(dependencies.now() / 1000) - ANNOUNCEMENT_SECONDS;
  const announced = settled && (await announceOutcome(job, dependencies));
  return { outcome: announced ? "announced" : "left alone" };
};

const catchUp: Sweep = async (job, since, dependencies) => {
  const { record, retryLane } = dependencies;
  // The index is a little outdated; this read isn't.
  const idle = (job.status === "SUBMITTED" || job.status === "PROCESSING") && job.updatedAt < since;
  if (!idle) return { outcome: "left alone" };
  if (job.mediaConvertJobId === undefined) {
    await retryLane.postpone(job);
    await touch(job, dependencies);
    return { outcome: "put back" };
  }
  const event = await record.latestEvent(job.mediaConvertJobId);
  if (event === undefined) return lose(job, dependencies);
  const { ended } = await recordEvent(event, dependencies);
  if (!ended) await touch(job, dependencies);
  return { outcome: "caught up", ended };
};

/** Marks the row as looked at, so that the next sweep gets to others. */
async function touch({ jobId }: Job, { jobs }: SweepDependencies): Promise<void> {
  await jobs.change(jobId, {});
}

/**
 * It isn't run again by itself: MediaConvert may have made it, and charged for it, before it forgot it.
 */
const lose = async (job: Job, dependencies: SweepDependencies) => {
  const { applied, job: row = job } = await dependencies.jobs.change(job.jobId, {
    status: "ERROR",
    set: {
      error: {
        code: "MEDIACONVERT_JOB_NOT_FOUND",
        message: `MediaConvert accepted this video as job ${job.mediaConvertJobId}, but doesn't know that job any more.`,
        advice:
          "Check that MEDIACONVERT_REGION is still the region of the job, and whether its outputs are there; if they aren't, run the job again.",
      },
    },
  });
  await announceOutcome(row, dependencies);
  return { outcome: "lost" as const, ...(applied && { ended: row }) };
};
