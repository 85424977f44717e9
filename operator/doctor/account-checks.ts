import { GetRegionOptStatusCommand } from "@aws-sdk/client-account";
import { GetAccountSettingsCommand } from "@aws-sdk/client-lambda";
import { ListQueuesCommand } from "@aws-sdk/client-mediaconvert";
import type { GetCallerIdentityCommandOutput } from "@aws-sdk/client-sts";
import type { Clients } from "../clients";
import { type Finding, Subject } from "./finding";

/** The account of the credentials, and who they belong to. */
export type Caller = Pick<GetCallerIdentityCommandOutput, "Account" | "Arn">;

/** @param allowed the only accounts whose credentials Terraform accepts; undefined for any */
export function checkAccount({ Account, Arn }: Caller, allowed: readonly string[] | undefined): Finding {
  const whose = allowed === undefined ? "any account" : `account ${allowed.join(" or ")}`;
  const subject = new Subject("account", `${whose}, but not its root user`);
  if (allowed !== undefined && !allowed.includes(Account ?? "")) {
    return subject.fix(
      `The credentials are those of account ${Account}, and AWS_ACCOUNT_ID is ${allowed}`,
      "Sign in to that account.",
    );
  }
  if (Arn?.endsWith(":root")) {
    return subject.fix(
      `The credentials are those of the root user of ${Account}`,
      "Sign in as somebody else: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
    );
  }
  return subject.ok(`${Account}, as ${Arn}`);
}

/** @returns a finding for each region */
export function checkRegions(clients: Clients, regions: readonly string[]): Promise<Finding[]> {
  const subject = new Subject("region", "ENABLED or ENABLED_BY_DEFAULT");
  const findings = regions.map((region) =>
    subject.attempt(async () => {
      const { RegionOptStatus: status } = await clients.account.send(
        new GetRegionOptStatusCommand({ RegionName: region }),
      );
      const value = `${region} is ${status}`;
      if (status === "ENABLED" || status === "ENABLED_BY_DEFAULT") return subject.ok(value);
      if (status === "ENABLING") return subject.fix(value, "Wait: it takes minutes to hours.");
      return subject.fix(
        value,
        `Enable it: aws account enable-region --region-name ${region}. It takes minutes to hours.`,
      );
    }),
  );
  return Promise.all(findings).then((all) => all.flat());
}

/** Lambda lets no function reserve what leaves others less than this. */
const UNRESERVED_MINIMUM = 100;
/** A new account's quota, with which the pipeline runs if it reserves nothing. */
const ENOUGH_TO_START = 10;

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 *
 * @param toReserve concurrent executions that a deployment would reserve; 0 for none
 */
export function checkLambdaQuota(clients: Clients, region: string, toReserve: number): Promise<Finding[]> {
  const needed = toReserve > 0 ? UNRESERVED_MINIMUM + toReserve : ENOUGH_TO_START;
  const subject = new Subject("lambda-quota", `at least ${needed} concurrent executions`);
  return subject.attempt(async () => {
    const { AccountLimit } = await clients.lambda.send(new GetAccountSettingsCommand({}));
    const quota = AccountLimit?.ConcurrentExecutions ?? 0;
    const value = `${quota} concurrent executions in ${region}`;
    if (quota >= needed) return subject.ok(value);
    const raise = `equest more: https://console.aws.amazon.com/servicequotas/home/services/lambda/quotas/L-B99A9384?region=${region}`;
    return toReserve > 0
      ? subject.fix(
          `${value}, of which RESERVED_CONCURRENCY=${toReserve} has to leave ${UNRESERVED_MINIMUM} unreserved`,
          `Unset it, or r${raise}`,
        )
      : subject.fix(value, `R${raise}`);
  });
}

/** https://docs.aws.amazon.com/mediaconvert/latest/apireference/queues.html */
export function checkMediaConvertQuota(clients: Clients, region: string): Promise<Finding[]> {
  const subject = new Subject("mediaconvert-quota", "at least 1 job at once");
  const quotas = `https://console.aws.amazon.com/servicequotas/home/services/mediaconvert/quotas?region=${region}`;
  return subject.attempt(async () => {
    const { TotalConcurrentJobs: jobs } = await clients.mediaConvert.send(
      new ListQueuesCommand({ MaxResults: 1 }),
    );
    if (jobs === undefined) {
      return subject.unknown(
        `MediaConvert in ${region} doesn't say how many jobs it runs at once`,
        `See ${quotas}`,
      );
    }
    const value = `${jobs} ${jobs === 1 ? "job" : "jobs"} at once in ${region}`;
    return jobs < 1 ? subject.fix(value, `Request more: ${quotas}`) : subject.ok(value);
  });
}
