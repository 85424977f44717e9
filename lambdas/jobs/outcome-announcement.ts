import type { Job } from "./job";
import { type Notice, noticeOf } from "./job-notification";
import type { JobRepository } from "./job-repository";

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
 * Tells subscribers how a job ended, unless the row says that they know. The row is marked after
 * publishing, not before: a crash between the two repeats the notification instead of losing it.
 *
 * @returns whether a notification was published
 */
export async function announceOutcome(job: Job, { jobs, notifier, now }: AnnouncementDependencies) {
  if (job.notifiedAt !== undefined) return false;
  await notifier.publish(noticeOf(job));
  await jobs.change(job.jobId, { set: { notifiedAt: Math.floor(now() / 1000) } });
  return true;
}
