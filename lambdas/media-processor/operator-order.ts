import { isTerminal } from "../jobs/job";
import { jobIdOf } from "../jobs/job-id";
import type { JobRepository } from "../jobs/job-repository";
import * as z from "../zod";
import { BadMessage } from "./bad-message";
import type { OrderBindings } from "./order-bindings";
import type { SourceStore } from "./source-store";
import type { Upload } from "./upload";

/**
 * An operator's message in the processing queue. The key isn't encoded; without `versionId`, the order is
 * for the newest version. `force` starts a new, paid job if the last one has ended.
 */
export const operatorOrder = z.strictObject({
  bucket: z.string().check(z.minLength(1)),
  key: z.string().check(z.minLength(1)),
  versionId: z.optional(z.string().check(z.minLength(1))),
  force: z.optional(z.boolean()),
});
export type OperatorOrder = z.infer<typeof operatorOrder>;

export interface OrderDependencies {
  readonly jobs: JobRepository;
  readonly orders: Pick<OrderBindings, "find" | "bind">;
  readonly sources: Pick<SourceStore, "newest">;
}

/**
 * The upload that an order means. A forced run is a job of its own, with its own id, row and outputs; the
 * row of the run before stays as it ended. Only one run of a version is active at a time: an order for a
 * version whose run hasn't ended continues that run.
 *
 * @param orderId the same for every delivery of the order, which stands for the same job each time
 * @throws BadMessage if the object doesn't exist, or the version isn't its newest
 */
export async function uploadOfOrder(
  order: OperatorOrder,
  orderId: string,
  dependencies: OrderDependencies,
): Promise<Upload> {
  const { orders } = dependencies;
  return (await orders.find(orderId)) ?? orders.bind(orderId, await choose(order, orderId, dependencies));
}

async function choose(
  { bucket, key, versionId, force = false }: OperatorOrder,
  orderId: string,
  { jobs, sources }: OrderDependencies,
): Promise<Upload> {
  const newest = await sources.newest(bucket, key);
  if (!newest) {
    throw new BadMessage(
      `There is no object s3://${bucket}/${key}. Send the bucket, and the key without any encoding.`,
    );
  }
  if (versionId !== undefined && newest.versionId !== undefined && versionId !== newest.versionId) {
    throw new BadMessage(
      `Version ${versionId} of s3://${bucket}/${key} isn't the newest, which is ${newest.versionId}, and ` +
        "MediaConvert only reads the newest. Upload the old version again to transcode it.",
    );
  }
  const version = { bucket, key, versionId: newest.versionId };
  const upload = { ...version, sizeBytes: newest.sizeBytes };
  if (!force) return upload;

  let run = 1;
  let row = await jobs.find(jobIdOf(version, run));
  while (row && isTerminal(row.status)) {
    run += 1;
    row = await jobs.find(jobIdOf(version, run));
  }
  return run === 1 ? upload : { ...upload, run, orderId };
}
