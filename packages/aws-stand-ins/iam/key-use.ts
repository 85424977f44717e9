import type { Access } from "./evaluation";

/** The ARN of the key under which a table, queue, topic or bucket lies, by the ARN of that. */
export type KeyedResources = ReadonlyMap<string, string>;

/**
 * What a service does with the key in the caller's name.
 * SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 * SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * S3, Decrypt for the parts of a multipart upload, which is how large files come:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
const KEY_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "sqs:SendMessage": ["kms:GenerateDataKey", "kms:Decrypt"],
  "sqs:ReceiveMessage": ["kms:Decrypt"],
  "sns:Publish": ["kms:GenerateDataKey", "kms:Decrypt"],
  "s3:GetObject": ["kms:Decrypt"],
  "s3:GetObjectVersion": ["kms:Decrypt"],
  "s3:PutObject": ["kms:GenerateDataKey", "kms:Decrypt"],
};

/**
 * DynamoDB decrypts the table's own key for whatever is done to rows.
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html
 */
const ROW_ACTION = /^dynamodb:(Batch|Condition|Delete|Get|Put|Update)\w*Item$|^dynamodb:(Query|Scan)$/;

/** The key's encryption context, by the service that sets it; the pages above give its names. */
const CONTEXT_KEYS: Readonly<Record<string, string>> = {
  sqs: "aws:sqs:arn",
  sns: "aws:sns:topicarn",
  s3: "aws:s3:arn",
};

/** An access, and the accesses to the key that come with it if what it is about is encrypted under one. */
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

/** Of an object its bucket, of an index its table. */
function keyedResourceOf(arn: string): string {
  if (arn.split(":")[2] === "s3") return arn.split("/")[0] ?? arn;
  return arn.replace(/\/index\/.*$/, "");
}
