import type { Construct } from "constructs";
import { AwsEnvironment } from "../../constructs/aws-environment";
import { physicalNames } from "../../constructs/naming";

/** What constructs are given by others, as small as their props allow. */
export const names = physicalNames("test", "123456789012");
export const key = { arn: "arn:aws:kms:eu-west-1:123456789012:key/test" };
export const table = {
  environment: { JOB_TABLE: "jobs", JOB_RETENTION_DAYS: "90" },
  arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/jobs",
  indexArns: ["arn:aws:dynamodb:eu-west-1:123456789012:table/jobs/index/StatusIndex"],
};
export const topics = {
  completionArn: "arn:aws:sns:eu-west-1:123456789012:completion",
  failureArn: "arn:aws:sns:eu-west-1:123456789012:failure",
  alarmsArn: "arn:aws:sns:eu-west-1:123456789012:alarms",
};
export const transcoder = {
  region: "eu-west-3",
  queueArn: "arn:aws:mediaconvert:eu-west-3:123456789012:queues/jobs",
  roleArn: "arn:aws:iam::123456789012:role/transcoder",
};

export const awsIn = (scope: Construct) => new AwsEnvironment(scope, "aws", "eu-west-1");

export const bucket = (name: string) => ({ name, arn: `arn:aws:s3:::${name}` });

export const queue = (name: string) => ({
  name,
  arn: `arn:aws:sqs:eu-west-1:123456789012:${name}`,
  url: `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`,
});

/** What the functions of the pipeline are given. */
export const functionProps = (scope: Construct) => ({
  aws: awsIn(scope),
  names,
  key,
  runtime: "nodejs24.x",
  logRetentionDays: 30,
  table,
  topics,
  transcoder,
  processedBucket: bucket("processed"),
  thumbnailsBucket: bucket("thumbnails"),
  retryQueue: queue("retries"),
  deadLetters: queue("dead-letters"),
});
