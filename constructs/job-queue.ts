import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import type { Names } from "./naming";

export interface JobQueueProps {
  readonly names: Names;
  readonly key: EncryptionKey;
  /** Longest run of the function that reads the queue, in seconds. */
  readonly consumerTimeoutSeconds: number;
}

const DAY = 24 * 60 * 60;

/** The retry lane of media-processor, and the queue of what failed for good. */
export class JobQueue extends Construct {
  readonly url: string;
  readonly arn: string;
  readonly deadLetterArn: string;

  constructor(scope: Construct, id: string, { names, key, consumerTimeoutSeconds }: JobQueueProps) {
    super(scope, id);
    const deadLetters = new SqsQueue(this, "dead-letters", {
      name: names.of("deadLetterQueue"),
      messageRetentionSeconds: 14 * DAY,
      kmsMasterKeyId: key.arn,
      tags: { Name: names.of("deadLetterQueue") },
    });
    deadLetters.overrideLogicalId("media_processing_dlq");
    const queue = new SqsQueue(this, "queue", {
      name: names.of("processingQueue"),
      messageRetentionSeconds: 4 * DAY,
      // Six times the function's time-out, as Lambda asks of a queue that it polls:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeoutSeconds: 6 * consumerTimeoutSeconds,
      kmsMasterKeyId: key.arn,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 3 }),
      tags: { Name: names.of("processingQueue") },
    });
    queue.overrideLogicalId("media_processing_queue");
    this.url = queue.url;
    this.arn = queue.arn;
    this.deadLetterArn = deadLetters.arn;
  }
}
