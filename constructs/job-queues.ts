import { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";
import { EncryptedQueue } from "./encrypted-queue";
import type { EncryptionKey } from "./encryption-key";
import type { Names } from "./naming";

export interface JobQueuesProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly key: Pick<EncryptionKey, "arn">;
  /** Timeout of the function that consumes the processing queue, in seconds. */
  readonly consumerTimeoutSeconds: number;
}

/** The processing queue of media-processor and the dead-letter queues. */
export class JobQueues extends Construct {
  readonly retry: EncryptedQueue;
  /** Uploads that no job could be created for. */
  readonly deadLetters: EncryptedQueue;
  /** MediaConvert events and sweeps that failed for good. */
  readonly statusDeadLetters: EncryptedQueue;

  constructor(scope: Construct, id: string, { aws, names, key, consumerTimeoutSeconds }: JobQueuesProps) {
    super(scope, id);
    this.deadLetters = new EncryptedQueue(this, "dead-letters", {
      queueName: names.queues.deadLetter,
      logicalId: "media_processing_dlq",
      key,
      retentionDays: 14,
    });
    this.retry = new EncryptedQueue(this, "retry-lane", {
      queueName: names.queues.retry,
      logicalId: "media_processing_queue",
      key,
      retentionDays: 4,
      // AWS recommends six times the function's timeout:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeoutSeconds: 6 * consumerTimeoutSeconds,
      // AWS advises at least 5, so that throttling of the function alone sends nothing to the dead-letter queue:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      redrive: { to: this.deadLetters, maxReceiveCount: 5 },
    });
    this.statusDeadLetters = new EncryptedQueue(this, "status-dead-letters", {
      queueName: names.queues.statusDeadLetter,
      logicalId: "media_status_dlq",
      key,
      retentionDays: 14,
      statements: [
        {
          sid: "SendUndeliveredEvents",
          principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
          actions: ["sqs:SendMessage"],
          resources: [aws.arn("sqs", names.queues.statusDeadLetter)],
          condition: [
            {
              test: "ArnEquals",
              variable: "aws:SourceArn",
              values: Object.values(names.rules).map((rule) => aws.ruleArn(rule)),
            },
          ],
        },
      ],
    });
  }
}
