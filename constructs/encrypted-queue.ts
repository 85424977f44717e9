import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { Construct } from "constructs";
import { fixAddress } from "./address";
import { denyWithoutTls } from "./deny-without-tls";
import type { EncryptionKey } from "./encryption-key";

export interface EncryptedQueueProps {
  readonly queueName: string;
  /** Fixes the Terraform address, so that a refactoring never replaces the queue. */
  readonly logicalId: string;
  readonly key: Pick<EncryptionKey, "arn">;
  /** How long a message is kept, 1 to 14 days. */
  readonly retentionDays: number;
  /** How long a received message stays invisible to other consumers, 0 to 43,200 seconds. @default 30, set by SQS */
  readonly visibilityTimeoutSeconds?: number;
  /** The dead-letter queue, and after how many receives (1 to 1,000) a message moves there. @default none */
  readonly redrive?: { readonly to: Pick<EncryptedQueue, "arn">; readonly maxReceiveCount: number };
  /** Statements of the queue policy in addition to the denial of requests without TLS. @default none */
  readonly statements?: readonly DataAwsIamPolicyDocumentStatement[];
}

/** An SQS queue that is encrypted with the pipeline's key and denies requests without TLS. */
export class EncryptedQueue extends Construct {
  readonly name: string;
  readonly url: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptedQueueProps) {
    super(scope, id);
    const queue = new SqsQueue(this, "queue", {
      name: props.queueName,
      messageRetentionSeconds: props.retentionDays * 24 * 60 * 60,
      visibilityTimeoutSeconds: props.visibilityTimeoutSeconds,
      kmsMasterKeyId: props.key.arn,
      redrivePolicy:
        props.redrive &&
        JSON.stringify({
          deadLetterTargetArn: props.redrive.to.arn,
          maxReceiveCount: props.redrive.maxReceiveCount,
        }),
      tags: { Name: props.queueName },
    });
    fixAddress(queue, props.logicalId);
    const policy = new DataAwsIamPolicyDocument(this, "policy", {
      statement: [denyWithoutTls("sqs", [queue.arn]), ...(props.statements ?? [])],
    });
    new SqsQueuePolicy(this, "queue-policy", { queueUrl: queue.url, policy: policy.json });
    this.name = queue.name;
    this.url = queue.url;
    this.arn = queue.arn;
  }
}
