import { createHash } from "node:crypto";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { fixAddress } from "./address";
import type { AwsEnvironment } from "./aws-environment";
import { denyWithoutTls } from "./deny-without-tls";
import type { EncryptionKey } from "./encryption-key";
import type { Names } from "./naming";

export interface NotificationTopicsProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly key: Pick<EncryptionKey, "arn">;
  /** E-mail addresses that receive a message for each failed video; each has to confirm its subscription. */
  readonly alertEmails: readonly string[];
  /** E-mail addresses that receive the alarms; each has to confirm its subscription. */
  readonly alarmEmails: readonly string[];
}

/** The topics that announce completed videos, failed videos, and alarms. */
export class NotificationTopics extends Construct {
  readonly completionArn: string;
  readonly failureArn: string;
  readonly alarmsArn: string;

  constructor(scope: Construct, id: string, props: NotificationTopicsProps) {
    super(scope, id);
    const { aws, names, key } = props;
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
    const alarms = this.addTopic("alarms", {
      name: names.topics.alarms,
      logicalId: "alarms",
      displayName: "Media Processing Alarms",
      key,
    });
    this.addPolicy("completion", completion);
    this.addPolicy("failure", failure);
    this.addPolicy("alarms", alarms, {
      sid: "PublishAlarms",
      principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
      actions: ["sns:Publish"],
      resources: [alarms.arn],
      condition: [
        { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.accountId] },
        { test: "ArnLike", variable: "aws:SourceArn", values: [aws.alarmArn("*")] },
      ],
    });
    this.subscribe("alert", failure, props.alertEmails);
    this.subscribe("alarm", alarms, props.alarmEmails);
    this.completionArn = completion.arn;
    this.failureArn = failure.arn;
    this.alarmsArn = alarms.arn;
  }

  private subscribe(idPrefix: string, { arn }: SnsTopic, emails: readonly string[]): void {
    for (const endpoint of emails) {
      // A Terraform name can't hold the address, and an index would change with the list.
      const digest = createHash("sha256").update(endpoint).digest("hex").slice(0, 8);
      new SnsTopicSubscription(this, `${idPrefix}-${digest}`, { topicArn: arn, protocol: "email", endpoint });
    }
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
    fixAddress(added, topic.logicalId);
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
