/** The account of everything local. SQS and SNS, which fauxqs stands in for, answer for this one only. */
export const LOCAL_ACCOUNT_ID = "000000000000";

export const PARTITION = "aws";

/** @param resource such as `queues/media` or `function:media-processor` */
export function regionalArn(service: string, region: string, resource: string): string {
  return `arn:${PARTITION}:${service}:${region}:${LOCAL_ACCOUNT_ID}:${resource}`;
}

export const bucketArn = (name: string) => `arn:${PARTITION}:s3:::${name}`;
