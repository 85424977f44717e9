import type { Job } from "./job";
import { type Notice, noticeOf } from "./job-notification";
import type { JobRepository } from "./job-repository";
import { isTerminal } from "./job-state";

/** Tells subscribers. */
export interface Notifier {
  publish(notice: Notice): Promise<void>;
}

export interface AnnouncementDependencies {
  readonly jobs: JobRepository;
  readonly notifier: Notifier;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Tells subscribers how a job ended, if it has and the row doesn't say that they know. The row is marked after
 * publishing, not before: a crash between the two repeats the notification instead of losing it.
 *
 * @returns whether a notification was published
 */
export async function announceOutcome(job: Job, { jobs, notifier, now }: AnnouncementDependencies) {
  const { status } = job;
  if (job.notifiedAt !== undefined || !isTerminal(status)) return false;
  await notifier.publish(noticeOf({ ...job, status }));
  await jobs.change(job.jobId, {
    set: { notifiedAt: Math.floor(now() / 1000) },
    clear: ["announcement"],
  });
  return true;
}
