import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import { denyWithoutTls } from "./tls-only";

export interface EncryptedQueueProps {
  readonly queueName: string;
  /** Pinned in the Terraform state, so that a refactoring never recreates the queue. */
  readonly logicalId: string;
  readonly key: EncryptionKey;
  /** How long a message is kept, 1 to 14 days. */
  readonly retentionDays: number;
  /** For how long a received message is hidden from others, 0 to 43,200 s. @default 30, SQS's own */
  readonly visibilityTimeoutSeconds?: number;
  /** Where a message goes that was received so many times in vain. @default nowhere */
  readonly redrive?: { readonly to: EncryptedQueue; readonly maxReceiveCount: number };
  /** What the queue's policy allows, beside refusing whatever comes without TLS. */
  readonly statements?: readonly DataAwsIamPolicyDocumentStatement[];
}

/** A queue under the customer key, TLS only. */
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
    queue.overrideLogicalId(props.logicalId);
    const policy = new DataAwsIamPolicyDocument(this, "policy", {
      statement: [denyWithoutTls("sqs", queue.arn), ...(props.statements ?? [])],
    });
    new SqsQueuePolicy(this, "queue-policy", { queueUrl: queue.url, policy: policy.json });
    this.name = queue.name;
    this.url = queue.url;
    this.arn = queue.arn;
  }
}
