import { randomUUID } from "node:crypto";
import { GetQueueUrlCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { isTerminal, type Job } from "../lambdas/jobs/job";
import type { Deployment } from "./deployment";
import { OperatorError } from "./operator-error";

/** SQS's limit: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const BATCH = 10;

/**
 * Orders a new, paid run of each job's video (docs/operations.md). media-processor refuses an order for a version that
 * isn't the newest.
 *
 * @throws {OperatorError} if SQS didn't accept every order; those that it did accept run
 */
export async function orderRuns({ clients, names }: Deployment, jobs: readonly Job[]): Promise<void> {
  const queue = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: names.queues.retry }));
  for (let start = 0; start < jobs.length; start += BATCH) {
    const entries = jobs.slice(start, start + BATCH).map((job) => ({
      Id: randomUUID(),
      MessageBody: JSON.stringify({
        bucket: job.inputBucket,
        key: job.inputFile,
        versionId: job.inputVersionId,
        force: true,
      }),
    }));
    const { Failed = [] } = await clients.sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queue.QueueUrl, Entries: entries }),
    );
    if (Failed.length > 0) {
      const refused = entries.filter(({ Id }) => Failed.some((failed) => failed.Id === Id));
      throw new OperatorError(
        `SQS refused ${refused.length} orders (${Failed[0]?.Message}): ` +
          `${refused.map(({ MessageBody }) => JSON.parse(MessageBody).key).join(", ")}. Order those again.`,
      );
    }
  }
}

/** @throws {OperatorError} for a job that hasn't ended */
export function requireEnded({ status }: Job): void {
  if (!isTerminal(status)) {
    throw new OperatorError(`The job is ${status}. Only a job that has ended can run again.`);
  }
}

/** What running these jobs again is expected to cost, in USD; jobs without an estimate count as none. */
export function estimateOf(jobs: readonly Job[]): number {
  return jobs.reduce((sum, { estimatedCostUsd = 0 }) => sum + estimatedCostUsd, 0);
}
