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
import type { EncryptionKey } from "./encryption-key";
import type { Named, Names } from "./naming";
import { denyWithoutTls } from "./tls-only";

export interface NotificationTopicsProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly key: EncryptionKey;
  /** Who is told of failures and alarms by e-mail; each has to confirm. */
  readonly alertEmails: readonly string[];
}

/** Where the people concerned hear that a video is ready, or that it isn't and why. */
export class NotificationTopics extends Construct {
  readonly completionArn: string;
  readonly failureArn: string;
  private readonly names: Names;
  private readonly key: EncryptionKey;

  constructor(scope: Construct, id: string, { aws, names, key, alertEmails }: NotificationTopicsProps) {
    super(scope, id);
    this.names = names;
    this.key = key;
    this.completionArn = this.topic(
      "completion",
      "completionTopic",
      "job_completion",
      "Media Processing Job Completion Notifications",
    );
    this.failureArn = this.topic(
      "failure",
      "failureTopic",
      "job_failure",
      "Media Processing Job Failure Alerts",
      (arn) => ({
        sid: "AlarmsPublish",
        principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
        actions: ["sns:Publish"],
        resources: [arn],
        condition: [
          { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.accountId] },
          { test: "ArnLike", variable: "aws:SourceArn", values: [aws.arn("cloudwatch", "alarm:*")] },
        ],
      }),
    );
    for (const endpoint of alertEmails) {
      // The address itself can't stand in a Terraform name, and its place in the list may change.
      const digest = createHash("sha256").update(endpoint).digest("hex").slice(0, 8);
      new SnsTopicSubscription(this, `alert-${digest}`, {
        topicArn: this.failureArn,
        protocol: "email",
        endpoint,
      });
    }
  }

  /** The functions publish by their roles; the policy lets in only who has none. */
  private topic(
    id: string,
    name: Named,
    logicalId: string,
    displayName: string,
    allow?: (arn: string) => DataAwsIamPolicyDocumentStatement,
  ): string {
    const topic = new SnsTopic(this, id, {
      name: this.names.of(name),
      displayName,
      kmsMasterKeyId: this.key.arn,
      tags: { Name: this.names.of(name) },
    });
    topic.overrideLogicalId(logicalId);
    const policy = new DataAwsIamPolicyDocument(this, `${id}-policy`, {
      statement: [denyWithoutTls("sns", topic.arn), ...(allow === undefined ? [] : [allow(topic.arn)])],
    });
    new SnsTopicPolicy(this, `${id}-topic-policy`, { arn: topic.arn, policy: policy.json });
    return topic.arn;
  }
}
