import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import type { Job } from "./job";

/** The queue from which media-processor gets work that has to be tried again later. */
export interface RetryLane {
  /** Puts a job back for another attempt; the more attempts it had, the later. */
  postpone(job: Job): Promise<void>;
  /** Puts one record of an S3 notification there, as it came. */
  handOver(record: unknown): Promise<void>;
}

/** The lane's own message. `run` and `orderId` are those of the job's row. */
export const retryMessage = z.strictObject({
  retry: z.strictObject({
    bucket: z.string().min(1),
    key: z.string().min(1),
    versionId: z.string().min(1).optional(),
    sizeBytes: z.int().min(0),
    run: z.int().min(1).optional(),
    orderId: z.string().optional(),
  }),
});
type RetryMessage = z.infer<typeof retryMessage>;

/** SQS's longest delay. */
const MAX_DELAY_SECONDS = 900;
const FIRST_DELAY_SECONDS = 15;

/**
 * Seconds until the next attempt: 15 after the first, doubled with each further one, at most 900; then
 * half of it and a random part of the other half, so that jobs that were refused together don't come
 * back together.
 *
 * @param random 0 to 1
 */
export function delaySeconds(attempts: number, random: number): number {
  const full = Math.min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (attempts - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/** The queue's URL names the region's endpoint anyway; taken as one, it would go past AWS_ENDPOINT_URL. */
export function retryQueueClient(): SQSClient {
  return new SQSClient({ useQueueUrlAsEndpoint: false });
}

export class SqsRetryLane implements RetryLane {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
    private readonly random: () => number = Math.random,
  ) {}

  async postpone(job: Job): Promise<void> {
    const message: RetryMessage = {
      retry: {
        bucket: job.inputBucket,
        key: job.inputFile,
        versionId: job.inputVersionId,
        sizeBytes: job.fileSize,
        run: job.run,
        orderId: job.orderId,
      },
    };
    await this.send(message, job.attempts ?? 1);
  }

  async handOver(record: unknown): Promise<void> {
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
