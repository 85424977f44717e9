import { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";
import { EncryptedQueue } from "./encrypted-queue";
import type { EncryptionKey } from "./encryption-key";
import type { Names } from "./naming";

export interface JobQueueProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly key: EncryptionKey;
  /** Longest run of the function that reads the queue, in seconds. */
  readonly consumerTimeoutSeconds: number;
}

/** The retry lane of media-processor, and the queues of what failed for good. */
export class JobQueue extends Construct {
  readonly retryLane: EncryptedQueue;
  /** Uploads that could not be turned into jobs. */
  readonly deadLetters: EncryptedQueue;
  /** MediaConvert's events that did not reach a row. */
  readonly statusDeadLetters: EncryptedQueue;

  constructor(scope: Construct, id: string, { aws, names, key, consumerTimeoutSeconds }: JobQueueProps) {
    super(scope, id);
    this.deadLetters = new EncryptedQueue(this, "dead-letters", {
      queueName: names.of("deadLetterQueue"),
      logicalId: "media_processing_dlq",
      key,
      retentionDays: 14,
    });
    this.retryLane = new EncryptedQueue(this, "retry-lane", {
      queueName: names.of("processingQueue"),
      logicalId: "media_processing_queue",
      key,
      retentionDays: 4,
      // Six times the function's time-out, as Lambda asks of a queue that it polls:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeoutSeconds: 6 * consumerTimeoutSeconds,
      redrive: { to: this.deadLetters, maxReceiveCount: 3 },
    });
    const statusDeadLetters = names.of("statusDeadLetterQueue");
    this.statusDeadLetters = new EncryptedQueue(this, "status-dead-letters", {
      queueName: statusDeadLetters,
      logicalId: "media_status_dlq",
      key,
      retentionDays: 14,
      statements: [
        {
          sid: "StatusRuleKeepsUndeliveredEvents",
          principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
          actions: ["sqs:SendMessage"],
          resources: [aws.arn("sqs", statusDeadLetters)],
          condition: [
            {
              test: "ArnEquals",
              variable: "aws:SourceArn",
              values: ["statusRule", "sweeperRule"].map((rule) =>
                aws.arn("events", `rule/${names.of(rule as "statusRule" | "sweeperRule")}`),
              ),
            },
          ],
        },
      ],
    });
  }
}
