import { isTerminal, type Job } from "../lambdas/jobs/job";
import { cancelJob } from "../lambdas/transcoding/cancel-job";
import type { Deployment } from "./deployment";
import { Jobs } from "./jobs";
import { OperatorError } from "./operator-error";

/** @throws {OperatorError} for a job that has ended */
export function requireCancelable({ status }: Job): void {
  if (isTerminal(status)) throw new OperatorError(`The job is ${status} already.`);
}

/**
 * Cancels a job that hasn't ended. Its row says so once MediaConvert's event arrives.
 *
 * @returns the id of MediaConvert's job; undefined if there was none yet
 * @throws {OperatorError} for a job that has ended, or is being submitted
 */
export async function cancel(deployment: Deployment, job: Job): Promise<string | undefined> {
  requireCancelable(job);
  const canceled = await new Jobs(deployment).repository.cancelUnsubmitted(job.jobId);
  const { mediaConvertJobId } = canceled.job;
  if (!canceled.applied && mediaConvertJobId === undefined) {
    throw new OperatorError("The job is being submitted to MediaConvert. Cancel it in a minute.");
  }
  if (mediaConvertJobId !== undefined) await cancelJob(deployment.clients.mediaConvert, mediaConvertJobId);
  return mediaConvertJobId;
}
