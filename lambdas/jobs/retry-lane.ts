import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createClient } from "../service-client";
import * as z from "../zod";
import type { Job } from "./job";

/** The queue that redelivers work to media-processor later. */
export interface RetryLane {
  /**
   * Schedules another attempt; each one waits longer than the one before.
   *
   * @param ticket of the message. Once an attempt with a newer one has begun, the message has no effect.
   */
  postpone(job: Job, ticket: number): Promise<void>;
  /** Schedules one record of an S3 notification, unchanged. */
  postponeRecord(record: unknown): Promise<void>;
}

/** What `postpone` sends. `run` and `orderId` are those of the job's row. */
export const retryMessage = z.strictObject({
  retry: z.strictObject({
    bucket: z.string().check(z.minLength(1)),
    key: z.string().check(z.minLength(1)),
    versionId: z.optional(z.string().check(z.minLength(1))),
    sizeBytes: z.int().check(z.gte(0)),
    run: z.optional(z.int().check(z.gte(1))),
    orderId: z.optional(z.string()),
    ticket: z.optional(z.int().check(z.gte(1))),
  }),
});
type RetryMessage = z.infer<typeof retryMessage>;

/** SQS's longest delay. */
const MAX_DELAY_SECONDS = 900;
const FIRST_DELAY_SECONDS = 15;

/**
 * Seconds until the next attempt: 15 after the first, doubled after each further one, at most 900. Half of
 * that is fixed and up to half random, so that jobs throttled together don't retry together.
 *
 * @param random 0 to 1
 */
export function delaySeconds(attempts: number, random: number): number {
  const full = Math.min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (attempts - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/** By default the SDK takes the endpoint from the queue URL, which overrides AWS_ENDPOINT_URL. */
export function queueClient(): SQSClient {
  return createClient(SQSClient, { useQueueUrlAsEndpoint: false });
}

export class SqsRetryLane implements RetryLane {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
    private readonly random: () => number = Math.random,
  ) {}

  async postpone(job: Job, ticket: number): Promise<void> {
    const message: RetryMessage = {
      retry: {
        bucket: job.inputBucket,
        key: job.inputFile,
        versionId: job.inputVersionId,
        sizeBytes: job.fileSize,
        run: job.run,
        orderId: job.orderId,
        ticket,
      },
    };
    await this.send(message, job.attempts ?? 1);
  }

  async postponeRecord(record: unknown): Promise<void> {
    await this.send({ Records: [record] }, 1);
  }

  private async send(message: object, attempts: number): Promise<void> {
    await this.client.send(
      new SendMessageCommand({
        QueueUrl: this.queueUrl,
        MessageBody: JSON.stringify(message),
        DelaySeconds: delaySeconds(attempts, this.random()),
      }),
    );
  }
}
