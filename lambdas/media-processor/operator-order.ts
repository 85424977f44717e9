import { z } from "zod";
import { jobIdOf } from "../jobs/job-id";
import type { JobRepository } from "../jobs/job-repository";
import { isTerminal } from "../jobs/job-state";
import type { SourceStore } from "./source-store";
import type { Upload } from "./upload";

/**
 * An operator's message in the processing queue: the key as it is, without any encoding. Without
 * `versionId`, the newest version is meant. `force` makes a new, paid job if the last one has ended.
 */
export const operatorOrder = z.strictObject({
  bucket: z.string().min(1),
  key: z.string().min(1),
  versionId: z.string().min(1).optional(),
  force: z.boolean().optional(),
});
export type OperatorOrder = z.infer<typeof operatorOrder>;

class BadOrderError extends Error {
  readonly code = "BAD_ORDER";
}

export interface OrderDependencies {
  readonly jobs: JobRepository;
  readonly sources: SourceStore;
}

/**
 * What an order is about. A forced run is a job of its own, with its own id, row and outputs, so that the
 * row of the run before stays as it ended. Only one run of a version is under way at a time: an order for
 * one that hasn't ended goes on with it.
 *
 * @param orderId the same for every delivery of the order; a forced run is made once for it
 * @throws BadOrderError if the object doesn't exist, or the version isn't its newest
 */
export async function uploadOfOrder(
  { bucket, key, versionId, force = false }: OperatorOrder,
  orderId: string,
  { jobs, sources }: OrderDependencies,
): Promise<Upload> {
  const newest = await sources.newest(bucket, key);
  if (!newest) {
    throw new BadOrderError(
      `There is no object s3://${bucket}/${key}. Send its bucket and its key as it is, without any encoding.`,
    );
  }
  if (versionId !== undefined && newest.versionId !== undefined && versionId !== newest.versionId) {
    throw new BadOrderError(
      `Version ${versionId} of s3://${bucket}/${key} isn't the newest, which is ${newest.versionId}, and ` +
        "MediaConvert reads the newest only. Upload the old version again to have it transcoded.",
    );
  }
  const version = { bucket, key, versionId: newest.versionId };
  const upload = { ...version, sizeBytes: newest.sizeBytes };
  if (!force) return upload;

  let run = 1;
  let row = await jobs.find(jobIdOf(version, run));
  while (row && isTerminal(row.status) && row.orderId !== orderId) {
    run += 1;
    row = await jobs.find(jobIdOf(version, run));
  }
  return run === 1 ? upload : { ...upload, run, orderId };
}
