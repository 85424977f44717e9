import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { Caller } from "./account-checks";
import { type Finding, Subject } from "./finding";
import type { PlannedDeployment } from "./planned-deployment";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export function checkStateBucket({ state }: PlannedDeployment, caller: Caller): Promise<Finding[]> {
  const { bucket, region } = state;
  const subject = new Subject("state-bucket", `a bucket of this account in ${region}`);
  return subject.attempt(async () => {
    const client = new S3Client({ region, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
    const { status, foundIn } = await client
      .send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: caller.Account }))
      .then(
        ({ BucketRegion }) => ({ status: 200, foundIn: BucketRegion }),
        ({ $metadata, $response }) => ({
          status: $metadata?.httpStatusCode,
          foundIn: $response?.headers?.["x-amz-bucket-region"],
        }),
      );
    if (foundIn !== undefined && foundIn !== region) {
      return subject.fix(`${bucket} is in ${foundIn}`, `Set TERRAFORM_STATE_REGION=${foundIn}.`);
    }
    if (status === 200) return subject.ok(`${bucket} exists`);
    if (status === 404) {
      return subject.fix(`There is no ${bucket}`, "Create it: npm run deploy:state-backend.");
    }
    if (status === 403) {
      return subject.fix(
        `${bucket} belongs to another account, or you may not read it`,
        "Set TERRAFORM_STATE_BUCKET to another name.",
      );
    }
    return subject.unknown(`S3 answered ${status} for ${bucket}`, "Run this again.");
  });
}
