import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";
import type { Names } from "./naming";

export interface EncryptionKeyProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
}

/** An AWS service in whose name a role uses the key, as `kms:ViaService` spells it. */
export type KeyUsingService = "dynamodb" | "s3" | "sns" | "sqs";

/** The customer key under which everything at rest lies, with its alias and policy. */
export class EncryptionKey extends Construct {
  readonly arn: string;
  readonly keyId: string;
  private readonly aws: AwsEnvironment;

  constructor(scope: Construct, id: string, { aws, names }: EncryptionKeyProps) {
    super(scope, id);
    this.aws = aws;
    const policy = new DataAwsIamPolicyDocument(this, "policy", {
      statement: [
        {
          sid: "AccountAdministersKeyThroughIam",
          principals: [{ type: "AWS", identifiers: [`arn:${aws.partition}:iam::${aws.accountId}:root`] }],
          // The account keeps full control, or nobody could change this policy again:
          // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
          actions: ["kms:*"],
          // In a key policy "*" means this key.
          resources: ["*"],
        },
        {
          sid: "CloudWatchLogsEncryptsFunctionLogs",
          principals: [{ type: "Service", identifiers: [`logs.${aws.region}.amazonaws.com`] }],
          // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
          actions: [
            "kms:Encrypt*",
            "kms:Decrypt*",
            "kms:ReEncrypt*",
            "kms:GenerateDataKey*",
            "kms:Describe*",
          ],
          resources: ["*"],
          condition: [
            {
              test: "ArnEquals",
              variable: "kms:EncryptionContext:aws:logs:arn",
              values: [names.of("processor"), names.of("statusUpdater"), names.of("sweeper")].map((name) =>
                aws.arn("logs", `log-group:/aws/lambda/${name}`),
              ),
            },
          ],
        },
        {
          sid: "AlarmsPublishToTheFailureTopic",
          principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
          // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
          actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
          resources: ["*"],
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.accountId] },
            { test: "ArnLike", variable: "aws:SourceArn", values: [aws.arn("cloudwatch", "alarm:*")] },
          ],
        },
        {
          sid: "EventBridgeKeepsUndeliveredEvents",
          principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
          actions: ["kms:Decrypt", "kms:GenerateDataKey"],
          resources: ["*"],
          // EventBridge sends no aws:SourceArn to KMS, so the queue that it writes to is the bound:
          // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
          condition: [
            {
              test: "ArnEquals",
              variable: "kms:EncryptionContext:aws:sqs:arn",
              values: [aws.arn("sqs", names.of("statusDeadLetterQueue"))],
            },
          ],
        },
      ],
    });
    const key = new KmsKey(this, "key", {
      description: `Everything at rest in the media pipeline, ${names.suffix}`,
      enableKeyRotation: true,
      policy: policy.json,
      tags: { Name: `media-pipeline-key-${names.suffix}` },
    });
    key.overrideLogicalId("encryption_key");
    new KmsAlias(this, "alias", { name: names.of("keyAlias"), targetKeyId: key.keyId });
    this.arn = key.arn;
    this.keyId = key.keyId;
  }

  /**
   * The statement with which a role reads, or reads and writes, what services hold under this key. The key can't
   * be used directly: only through the services named.
   */
  useThrough(
    services: readonly KeyUsingService[],
    access: "read" | "readWrite",
  ): DataAwsIamPolicyDocumentStatement {
    return {
      sid: access === "read" ? "ReadUnderTheKey" : "ReadAndWriteUnderTheKey",
      actions: access === "read" ? ["kms:Decrypt"] : ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [this.arn],
      condition: [
        {
          test: "StringEquals",
          variable: "kms:ViaService",
          values: services.map((service) => `${service}.${this.aws.region}.amazonaws.com`),
        },
      ],
    };
  }
}
