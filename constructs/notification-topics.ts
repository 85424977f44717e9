import { createHash } from "node:crypto";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";
import { denyWithoutTls } from "./deny-without-tls";
import type { EncryptionKey } from "./encryption-key";
import type { Names } from "./naming";

export interface NotificationTopicsProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly key: Pick<EncryptionKey, "arn">;
  /** E-mail addresses that receive failures and alarms; each has to confirm its subscription. */
  readonly alertEmails: readonly string[];
}

/** The topics that announce completed videos, and failed videos and alarms. */
export class NotificationTopics extends Construct {
  readonly completionArn: string;
  readonly failureArn: string;

  constructor(scope: Construct, id: string, { aws, names, key, alertEmails }: NotificationTopicsProps) {
    super(scope, id);
    const completion = this.addTopic("completion", {
      name: names.topics.completion,
      logicalId: "job_completion",
      displayName: "Media Processing Job Completion Notifications",
      key,
    });
    const failure = this.addTopic("failure", {
      name: names.topics.failure,
      logicalId: "job_failure",
      displayName: "Media Processing Job Failure Alerts",
      key,
    });
    this.addPolicy("completion", completion);
    this.addPolicy("failure", failure, {
      sid: "PublishAlarms",
      principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
      actions: ["sns:Publish"],
      resources: [failure.arn],
      condition: [
        { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.accountId] },
        { test: "ArnLike", variable: "aws:SourceArn", values: [aws.alarmArn("*")] },
      ],
    });
    for (const endpoint of alertEmails) {
      // A Terraform name can't hold the address, and an index would change with the list.
      const digest = createHash("sha256").update(endpoint).digest("hex").slice(0, 8);
      new SnsTopicSubscription(this, `alert-${digest}`, {
        topicArn: failure.arn,
        protocol: "email",
        endpoint,
      });
    }
    this.completionArn = completion.arn;
    this.failureArn = failure.arn;
  }

  private addTopic(
    id: string,
    topic: { name: string; logicalId: string; displayName: string; key: Pick<EncryptionKey, "arn"> },
  ): SnsTopic {
    const added = new SnsTopic(this, id, {
      name: topic.name,
      displayName: topic.displayName,
      kmsMasterKeyId: topic.key.arn,
      tags: { Name: topic.name },
    });
    added.overrideLogicalId(topic.logicalId);
    return added;
  }

  /** The functions publish through their roles; only services without a role need a statement. */
  private addPolicy(id: string, topic: SnsTopic, ...statements: DataAwsIamPolicyDocumentStatement[]): void {
    const policy = new DataAwsIamPolicyDocument(this, `${id}-policy`, {
      statement: [denyWithoutTls("sns", [topic.arn]), ...statements],
    });
    new SnsTopicPolicy(this, `${id}-topic-policy`, { arn: topic.arn, policy: policy.json });
  }
}
