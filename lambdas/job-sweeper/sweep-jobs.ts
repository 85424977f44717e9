import type { Job } from "../jobs/job";
import { type AnnouncementDependencies, announceOutcome } from "../jobs/job-notification";
import { recordEvent } from "../jobs/record-event";
import type { RetryLane } from "../jobs/retry-lane";
import type { MediaConvertRecord } from "./media-convert-record";

export interface SweepDependencies extends AnnouncementDependencies {
  readonly record: MediaConvertRecord;
  readonly retryLane: RetryLane;
  /** A job is checked if its row hasn't changed for this long, and not again for as long. */
  readonly stuckAfterSeconds: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
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
}

/** Per sweep. Each job takes a GetJob call, whose rate is limited for the whole account. */
const MAX_JOBS = 500;

/** Longer than status-updater's timeout and Lambda's two retries (after 1 and 2 minutes) together. */
const ANNOUNCEMENT_SECONDS = 300;

/**
 * Finds the jobs that stopped moving and moves them on, each independently. Announcements come first: they
 * are few, and somebody is waiting for them.
 */
export async function sweepJobs(dependencies: SweepDependencies): Promise<SweepResult> {
  const { jobs, now, stuckAfterSeconds, report, hasTime } = dependencies;
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
      if (looked === MAX_JOBS || !hasTime()) return { looked, failed, moreLeft: true };
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
  const { jobs, record, retryLane } = dependencies;
  const { jobId, mediaConvertJobId } = job;
  // The index may lag; this row doesn't.
  const idle = (job.status === "SUBMITTED" || job.status === "PROCESSING") && job.updatedAt < since;
  if (!idle) return { outcome: "left alone" };
  if (mediaConvertJobId === undefined) {
    await retryLane.postpone(job);
    await jobs.touch(jobId);
    return { outcome: "put back" };
  }
  const event = await record.latestEvent(mediaConvertJobId);
  if (event === undefined) return lose(jobId, mediaConvertJobId, dependencies);
  const { ended } = await recordEvent(event, dependencies);
  if (!ended) await jobs.touch(jobId);
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
