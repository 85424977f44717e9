import type { Access } from "./evaluation";

/** The ARN of the KMS key that encrypts a table, queue, topic, bucket or function, by the ARN of the resource. */
export type KeyedResources = ReadonlyMap<string, string>;

/**
 * The calls that a service makes to KMS on the caller's behalf.
 * SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 * SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * S3, where multipart uploads need Decrypt:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 * Lambda, which answers without the environment where AWS denies its key, but here denies the call:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
 */
const KEY_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "sqs:SendMessage": ["kms:GenerateDataKey", "kms:Decrypt"],
  "sqs:ReceiveMessage": ["kms:Decrypt"],
  "sns:Publish": ["kms:GenerateDataKey", "kms:Decrypt"],
  "lambda:GetFunctionConfiguration": ["kms:Decrypt"],
  "s3:GetObject": ["kms:Decrypt"],
  "s3:GetObjectVersion": ["kms:Decrypt"],
  "s3:PutObject": ["kms:GenerateDataKey", "kms:Decrypt"],
};

/**
 * DynamoDB decrypts the table's data key for every access to rows.
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html
 */
const ROW_ACTION = /^dynamodb:(Batch|Condition|Delete|Get|Put|Update)\w*Item$|^dynamodb:(Query|Scan)$/;

/** The key of the encryption context, by service; the pages above name them. */
const CONTEXT_KEYS: Readonly<Record<string, string>> = {
  sqs: "aws:sqs:arn",
  sns: "aws:sns:topicarn",
  s3: "aws:s3:arn",
  lambda: "aws:lambda:functionarn",
};

/** An access, and those to the resource's KMS key that it implies. */
export function withKeyUse(access: Access, keys: KeyedResources): Access[] {
  const keyed = keyedResourceOf(access.resource);
  const keyArn = keys.get(keyed);
  if (keyArn === undefined) return [access];
  const actions = ROW_ACTION.test(access.action) ? ["kms:Decrypt"] : (KEY_ACTIONS[access.action] ?? []);
  const service = keyed.split(":")[2] ?? "";
  const region = keyArn.split(":")[3];
  const context = new Map([
    ["kms:viaservice", `${service}.${region}.amazonaws.com`],
    service === "dynamodb"
      ? ["kms:encryptioncontext:aws:dynamodb:tablename", keyed.slice(keyed.indexOf("/") + 1)]
      : [`kms:encryptioncontext:${CONTEXT_KEYS[service]}`, keyed],
  ]);
  return [access, ...actions.map((action) => ({ action, resource: keyArn, context }))];
}

/** For an object, its bucket; for an index, its table. */
function keyedResourceOf(arn: string): string {
  if (arn.split(":")[2] === "s3") return arn.split("/")[0] ?? arn;
  return arn.replace(/\/index\/.*$/, "");
}
