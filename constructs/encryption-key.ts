import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { fixAddress } from "./address";
import type { AwsEnvironment } from "./aws-environment";
import type { Names } from "./naming";
import type { UploadBucket } from "./upload-bucket";

export interface EncryptionKeyProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly environmentSuffix: string;
}

/** The KMS key that encrypts all data at rest, with its alias and policy. */
export class EncryptionKey extends Construct {
  readonly arn: string;
  readonly keyId: string;
  private readonly statements: DataAwsIamPolicyDocumentStatement[];
  private readonly document: DataAwsIamPolicyDocument;

  constructor(scope: Construct, id: string, { aws, names, environmentSuffix }: EncryptionKeyProps) {
    super(scope, id);
    this.statements = keyStatements(aws, names);
    this.document = new DataAwsIamPolicyDocument(this, "policy", { statement: this.statements });
    const key = new KmsKey(this, "key", {
      description: `Encrypts all data at rest of media pipeline ${environmentSuffix}`,
      enableKeyRotation: true,
      policy: this.document.json,
      tags: { Name: `media-pipeline-key-${environmentSuffix}` },
    });
    fixAddress(key, "encryption_key");
    new KmsAlias(this, "alias", { name: names.keyAliases.pipeline, targetKeyId: key.keyId });
    this.arn = key.arn;
    this.keyId = key.keyId;
  }

  /** Adds a statement to the key policy, for resources that exist before the key. */
  allow(statement: DataAwsIamPolicyDocumentStatement): void {
    this.statements.push(statement);
    this.document.putStatement(this.statements);
  }
}

/**
 * The statements of a key policy for a pipeline: IAM policies of the account grant access to the key, and so do the AWS
 * services that have no role.
 */
export function keyStatements(aws: AwsEnvironment, names: Names): DataAwsIamPolicyDocumentStatement[] {
  return [
    enableIamPolicies(aws),
    {
      sid: "AllowCloudWatchLogs",
      principals: [{ type: "Service", identifiers: [`logs.${aws.region}.amazonaws.com`] }],
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
      actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      resources: ["*"],
      condition: [
        {
          test: "ArnEquals",
          variable: "kms:EncryptionContext:aws:logs:arn",
          values: Object.values(names.functions).map((name) => aws.logGroupArn(name)),
        },
      ],
    },
    {
      sid: "AllowCloudWatchAlarms",
      principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
      resources: ["*"],
      condition: [
        { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.accountId] },
        { test: "ArnLike", variable: "aws:SourceArn", values: [aws.alarmArn("*")] },
      ],
    },
    {
      sid: "AllowEventBridge",
      principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: ["*"],
      // EventBridge sends no aws:SourceArn to KMS, so the condition names the queue that it writes to:
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
      condition: [
        {
          test: "ArnEquals",
          variable: "kms:EncryptionContext:aws:sqs:arn",
          values: [aws.arn("sqs", names.queues.statusDeadLetter)],
        },
      ],
    },
  ];
}

/**
 * The statement of a key policy that lets IAM policies of the account grant access to the key. Without it, nobody
 * could change the key policy again: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function enableIamPolicies(aws: AwsEnvironment): DataAwsIamPolicyDocumentStatement {
  return {
    sid: "EnableIamPolicies",
    principals: [{ type: "AWS", identifiers: [aws.iamArn("root")] }],
    actions: ["kms:*"],
    // In a key policy "*" means this key.
    resources: ["*"],
  };
}

/** An AWS service that uses the key on a role's behalf, as `kms:ViaService` spells it. */
export type KeyUsingService = "dynamodb" | "lambda" | "s3" | "sns" | "sqs";

/** The statement that lets its holder read uploads that another key encrypts; none if there is no such key. */
export function decryptUploads(
  { keyArn }: Pick<UploadBucket, "keyArn">,
  aws: AwsEnvironment,
): DataAwsIamPolicyDocumentStatement[] {
  return keyArn === undefined
    ? []
    : [{ ...useKeyThrough(["s3"], { arn: keyArn }, aws), sid: "DecryptUploads", actions: ["kms:Decrypt"] }];
}

/** The statement that lets a role read and write encrypted data through the services, never by calling KMS directly. */
export function useKeyThrough(
  services: readonly KeyUsingService[],
  key: Pick<EncryptionKey, "arn">,
  aws: AwsEnvironment,
): DataAwsIamPolicyDocumentStatement {
  return {
    sid: "UseKeyThroughServices",
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    resources: [key.arn],
    condition: [
      {
        test: "StringEquals",
        variable: "kms:ViaService",
        values: services.map((service) => `${service}.${aws.region}.amazonaws.com`),
      },
    ],
  };
}
