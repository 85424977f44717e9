import type { Job } from "../lambdas/jobs/job";
import { captureAt } from "../lambdas/jobs/poster";
import { capturePath } from "../lambdas/transcoding/output-location";
import type { Jobs } from "./jobs";
import { OperatorError } from "./operator-error";

export interface ChosenPoster {
  /** The job's row with its new poster. */
  readonly job: Job;
  /** Of the thumbnail, from the start of the video. */
  readonly seconds: number;
}

/**
 * Makes the thumbnail nearest to a time the poster of a job.
 *
 * @param seconds from the start of the video
 * @throws {OperatorError} if the job isn't COMPLETE or has no thumbnails, or the video is shorter
 */
export async function choosePoster({ repository }: Jobs, job: Job, seconds: number): Promise<ChosenPoster> {
  if (job.status !== "COMPLETE")
    throw new OperatorError(`The job is ${job.status}. Only a job that is COMPLETE has thumbnails.`);
  const { thumbnailPrefix, thumbnailCount: count, thumbnailIntervalMs } = job.outputs ?? {};
  if (thumbnailPrefix === undefined || !count)
    throw new OperatorError("The row names no thumbnails, so none of them can be the poster.");
  const durationMs = job.durationMs ?? (thumbnailIntervalMs ?? 0) * count;
  // Rows of earlier versions lack the interval.
  const intervalMs = thumbnailIntervalMs ?? durationMs / count;
  const capture = captureAt({ count, intervalMs }, durationMs, seconds * 1000);
  if (capture === undefined)
    throw new OperatorError(
      `The video lasts ${durationMs / 1000} s, so it has no picture at ${seconds} s. Choose a time from 0 to ${durationMs / 1000}.`,
    );
  const poster = capturePath(thumbnailPrefix.replace(/\.$/, ""), capture.index);
  const changed = await repository.choosePoster(job, poster, capture.atMs / 1000);
  return { job: changed, seconds: capture.atMs / 1000 };
}
