import type { Job } from "../jobs/job";
import { announceOutcome } from "../jobs/job-notification";
import { type EventDependencies, recordEvent } from "../jobs/record-event";
import type { RetryLane } from "../jobs/retry-lane";
import type { MediaConvertRecord } from "./media-convert-record";

export interface SweepDependencies extends EventDependencies {
  readonly record: MediaConvertRecord;
  readonly retryLane: RetryLane;
  /** An unfinished job is checked after this time, and again each time it has passed. */
  readonly stuckAfterSeconds: number;
  /** Called for every job that was checked, and for every one that couldn't be. */
  readonly report: (result: SweptJob) => void;
  /** Whether there is time for another job. */
  readonly hasTime: () => boolean;
}

/**
 * `caught up`: the row matches MediaConvert. `put back`: MediaConvert may not have the job, so the retry
 * lane redelivers it. `lost`: MediaConvert had the job and no longer knows it. `announced`: its end had not
 * been announced. `left alone`: nothing to do.
 */
type SweepOutcome = "caught up" | "put back" | "lost" | "announced" | "left alone";

export interface SweptJob {
  readonly jobId: string;
  readonly outcome: SweepOutcome | "failed";
  /** The row, if the sweep ended the job. */
  readonly ended?: Job;
  readonly cause?: unknown;
}

export interface SweepResult {
  readonly looked: number;
  readonly failed: number;
  /** Whether the sweep stopped early. The next one continues there. */
  readonly moreLeft: boolean;
  /** How long the oldest job has been SUBMITTED; 0 if none is. */
  readonly oldestWaitSeconds: number;
}

/** Per sweep and list. Each unfinished job takes a GetJob call, whose rate is limited for the whole account. */
const MAX_JOBS_PER_LIST = 250;

/** Longer than status-updater's timeout and Lambda's two retries (after 1 and 2 minutes) together. */
const ANNOUNCEMENT_SECONDS = 300;

/**
 * Finds the jobs that stopped moving and moves them on, each independently: first the one that no sweep has
 * checked for the longest time. The lists take turns, so that trouble with one doesn't hold up the other.
 */
export async function sweepJobs(dependencies: SweepDependencies): Promise<SweepResult> {
  const { jobs, now, stuckAfterSeconds, hasTime } = dependencies;
  const nowSeconds = Math.floor(now() / 1000);
  const since = nowSeconds - stuckAfterSeconds;
  const oldest = await jobs.oldestWaiting();
  const lists = [
    { ids: jobs.unchecked("UNANNOUNCED", nowSeconds - ANNOUNCEMENT_SECONDS), sweep: announce, looked: 0 },
    { ids: jobs.unchecked("UNFINISHED", since), sweep: catchUp, looked: 0 },
  ];
  const open = new Set(lists);
  let failed = 0;
  let moreLeft = false;
  while (open.size > 0) {
    for (const list of open) {
      const { done, value: jobId } = await list.ids.next();
      const isOver = list.looked === MAX_JOBS_PER_LIST || !hasTime();
      if (done || isOver) {
        moreLeft ||= !done;
        open.delete(list);
        continue;
      }
      list.looked += 1;
      if (!(await sweepOne(jobId, list.sweep, since, dependencies))) failed += 1;
    }
  }
  const looked = lists.reduce((sum, list) => sum + list.looked, 0);
  return { looked, failed, moreLeft, oldestWaitSeconds: oldest === undefined ? 0 : nowSeconds - oldest };
}

/** @returns whether the job could be checked */
async function sweepOne(
  jobId: string,
  sweep: Sweep,
  since: number,
  dependencies: SweepDependencies,
): Promise<boolean> {
  const { jobs, report } = dependencies;
  try {
    // First, so that a job whose check fails or is cut short waits for its next turn like all others.
    await jobs.recordLook(jobId);
    const job = await jobs.find(jobId);
    report({ jobId, outcome: "left alone", ...(job && (await sweep(job, since, dependencies))) });
    return true;
  } catch (cause) {
    report({ jobId, outcome: "failed", cause });
    return false;
  }
}

type Sweep = (
  job: Job,
  since: number,
  dependencies: SweepDependencies,
) => Promise<Pick<SweptJob, "outcome" | "ended">>;

const announce: Sweep = async (job, _since, dependencies) => ({
  outcome: (await announceOutcome(job, dependencies)) ? "announced" : "left alone",
});

const catchUp: Sweep = async (job, since, dependencies) => {
  const { jobs, record, retryLane } = dependencies;
  const { jobId, mediaConvertJobId, ticket = 1 } = job;
  // The index may lag; this row doesn't.
  const idle = (job.status === "SUBMITTED" || job.status === "PROCESSING") && job.updatedAt < since;
  if (!idle) return { outcome: "left alone" };
  if (mediaConvertJobId === undefined) {
    await retryLane.postpone(job, ticket + 1);
    await jobs.recordPostponement(job, ticket, "waiting");
    return { outcome: "put back" };
  }
  const event = await record.latestEvent(mediaConvertJobId);
  if (event === undefined) return lose(jobId, mediaConvertJobId, dependencies);
  const { ended } = await recordEvent(event, dependencies);
  return { outcome: "caught up", ended };
};

/** The video isn't transcoded again: MediaConvert may have completed and charged the job before losing it. */
const lose = async (jobId: string, mediaConvertJobId: string, dependencies: SweepDependencies) => {
  const error = {
    code: "MEDIACONVERT_JOB_NOT_FOUND",
    message: `MediaConvert accepted this video as job ${mediaConvertJobId} but no longer knows that job.`,
    advice:
      "Check whether the outputs exist, and whether MEDIACONVERT_REGION is still the region of the job. If there are no outputs, run the job again.",
  };
  const { applied, job } = await dependencies.jobs.finish(jobId, mediaConvertJobId, {
    status: "ERROR",
    error,
  });
  await announceOutcome(job, dependencies);
  return { outcome: "lost" as const, ...(applied && { ended: job }) };
};
