import { AccountClient, GetRegionOptStatusCommand } from "@aws-sdk/client-account";
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { ListQueuesCommand, MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { NotFoundException, paginateListSubscriptionsByTopic, SNSClient } from "@aws-sdk/client-sns";
import type { GetCallerIdentityCommandOutput } from "@aws-sdk/client-sts";
import { type Finding, fix, ok, unknown } from "./finding";
import type { PlannedDeployment } from "./planned-deployment";

/** The account of the credentials, and who they belong to. */
export type Caller = Pick<GetCallerIdentityCommandOutput, "Account" | "Arn">;

export function checkAccount({ Account, Arn }: Caller, { allowedAccounts }: PlannedDeployment): Finding {
  if (allowedAccounts !== undefined && !allowedAccounts.includes(Account ?? "")) {
    return fix(
      `The credentials are those of account ${Account}, and AWS_ACCOUNT_ID is ${allowedAccounts}. Sign in to that account.`,
    );
  }
  if (Arn?.endsWith(":root")) {
    return fix(
      `The credentials are those of the root user of ${Account}. Sign in as an administrator: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html`,
    );
  }
  return ok(`Account ${Account}, as ${Arn}.`);
}

/** @returns a finding for each region */
export function checkRegions({ regions }: PlannedDeployment): Promise<Finding[]> {
  // The endpoint for all regions: https://docs.aws.amazon.com/general/latest/gr/acct_region.html
  const client = new AccountClient({ region: "us-east-1" });
  return Promise.all(
    regions.map(async (region) => {
      const { RegionOptStatus: status } = await client.send(
        new GetRegionOptStatusCommand({ RegionName: region }),
      );
      if (status === "ENABLED" || status === "ENABLED_BY_DEFAULT") return ok(`Region ${region} is enabled.`);
      if (status === "ENABLING") {
        return fix(`Region ${region} is being enabled, which takes minutes to hours. Wait until it is.`);
      }
      return fix(
        `Region ${region} is ${status}. Enable it: aws account enable-region --region-name ${region}. It takes minutes to hours.`,
      );
    }),
  );
}

/** Lambda lets no function reserve what leaves others less than this. */
const UNRESERVED_MINIMUM = 100;
/** A new account's quota, with which the pipeline runs if it reserves nothing. */
const ENOUGH_TO_START = 10;

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export async function checkConcurrency(plan: PlannedDeployment): Promise<Finding> {
  const { homeRegion, reservedConcurrency } = plan;
  const { AccountLimit } = await new LambdaClient({ region: homeRegion }).send(
    new GetAccountSettingsCommand({}),
  );
  const quota = AccountLimit?.ConcurrentExecutions ?? 0;
  const raise = `request more: https://console.aws.amazon.com/servicequotas/home/services/lambda/quotas/L-B99A9384?region=${homeRegion}`;
  if (reservedConcurrency > 0 && quota - reservedConcurrency < UNRESERVED_MINIMUM) {
    return fix(
      `RESERVED_CONCURRENCY is ${reservedConcurrency}, and the account may run ${quota} functions at once, of which ${UNRESERVED_MINIMUM} must stay unreserved. Unset it, or ${raise}.`,
    );
  }
  if (quota < ENOUGH_TO_START) return fix(`The account may run ${quota} functions at once: ${raise}.`);
  return ok(`The account may run ${quota} functions at once.`);
}

/** https://docs.aws.amazon.com/mediaconvert/latest/apireference/queues.html */
export async function checkMediaConvert({ transcodeRegion }: PlannedDeployment): Promise<Finding> {
  const client = new MediaConvertClient({ region: transcodeRegion });
  const { TotalConcurrentJobs: jobs } = await client.send(new ListQueuesCommand({ MaxResults: 1 }));
  const quotas = `https://console.aws.amazon.com/servicequotas/home/services/mediaconvert/quotas?region=${transcodeRegion}`;
  if (jobs === undefined) {
    return unknown(
      `MediaConvert in ${transcodeRegion} doesn't say how many jobs it runs at once. See ${quotas}.`,
    );
  }
  return jobs < 1
    ? fix(`MediaConvert in ${transcodeRegion} runs no job of this account. Request more: ${quotas}.`)
    : ok(`MediaConvert in ${transcodeRegion} runs ${jobs} jobs at once.`);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export async function checkStateBucket({ state }: PlannedDeployment, caller: Caller): Promise<Finding> {
  const { bucket, region } = state;
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
    return fix(
      `The state bucket ${bucket} is in ${foundIn}, not in ${region}. Set TERRAFORM_STATE_REGION=${foundIn}.`,
    );
  }
  if (status === 200) return ok(`The state bucket ${bucket} exists.`);
  if (status === 404) {
    return fix(`There is no state bucket ${bucket}. Create it: npm run deploy:state-backend.`);
  }
  if (status === 403) {
    return fix(
      `The state bucket ${bucket} belongs to another account, or you may not read it. Set TERRAFORM_STATE_BUCKET to another name.`,
    );
  }
  return unknown(`S3 answered ${status} for the state bucket ${bucket}. Run this again.`);
}

/** @returns a finding for all topics; of a pipeline that isn't deployed yet, none is confirmed or missing */
export async function checkSubscriptions(plan: PlannedDeployment, caller: Caller): Promise<Finding> {
  const { homeRegion, topics, hasSubscriptions } = plan;
  if (!hasSubscriptions) {
    return fix("Nobody would receive failures and alarms. Set ALERT_EMAILS or ALARM_EMAILS.");
  }
  const client = new SNSClient({ region: homeRegion });
  const partition = caller.Arn?.split(":")[1] ?? "aws";
  const waiting: string[] = [];
  try {
    for (const topic of topics) {
      const TopicArn = `arn:${partition}:sns:${homeRegion}:${caller.Account}:${topic}`;
      for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
        const pending = (page.Subscriptions ?? []).filter(
          (one) => one.SubscriptionArn === "PendingConfirmation",
        );
        waiting.push(...pending.map(({ Endpoint }) => `${Endpoint} (${topic})`));
      }
    }
  } catch (error) {
    if (!(error instanceof NotFoundException)) throw error;
    return ok(
      "The topics aren't deployed yet. After the deployment, each address receives an e-mail and has to confirm.",
    );
  }
  if (waiting.length === 0) return ok("Every subscription is confirmed.");
  return fix(
    `Not confirmed, so nothing is delivered: ${waiting.join(", ")}. Open the link in the e-mail "AWS Notification - Subscription Confirmation".`,
  );
}
