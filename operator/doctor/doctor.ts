import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { Clients } from "../clients";
import type { Deployment } from "../deployment";
import { printable } from "../printable";
import {
  type Caller,
  checkAccount,
  checkLambdaQuota,
  checkMediaConvertQuota,
  checkRegions,
} from "./account-checks";
import {
  checkAlarms,
  checkMapping,
  checkPlannedSubscriptions,
  checkSubscriptions,
} from "./deployment-checks";
import { type Finding, Subject } from "./finding";
import { checkClock, checkNode, checkTerraform, type Machine, thisMachine } from "./machine-checks";
import { checkStateBucket } from "./plan-checks";
import type { PlannedDeployment } from "./planned-deployment";

/** Checks what a deployment needs of this machine, the account and the regions. It changes nothing. */
export async function examinePlan(
  plan: PlannedDeployment,
  machine: Machine = thisMachine(),
): Promise<Finding[]> {
  const { homeRegion: region, regions, transcodeRegion, reservedConcurrency, allowedAccounts } = plan;
  const clients = new Clients({ region }, () => transcodeRegion);
  const { caller, clock, refusal } = await identify(clients.sts, region, "AWS");
  const own = [checkNode(machine), ...(await checkTerraform(machine)), clock];
  if (caller === undefined) return [...own, refusal];
  const account = checkAccount(caller, allowedAccounts);
  // The rest would be about another account.
  if (account.verdict === "fix") return [...own, account];
  const rest = await Promise.all([
    checkRegions(clients, regions),
    checkLambdaQuota(clients, region, reservedConcurrency),
    checkMediaConvertQuota(clients, transcodeRegion),
    checkStateBucket(plan, caller),
    checkPlannedSubscriptions(clients, plan),
  ]);
  return [...own, account, ...rest.flat()];
}

/** Checks this machine, the account, and whether the pipeline is as it was deployed. It changes nothing. */
export async function examineDeployment(
  deployment: Deployment,
  machine: Machine = thisMachine(),
): Promise<Finding[]> {
  const { clients, isLocal } = deployment;
  const region = await clients.dynamodb.config.region();
  const transcodeRegion = await clients.mediaConvert.config.region();
  const { caller, clock, refusal } = await identify(clients.sts, region, isLocal ? "the endpoint" : "AWS");
  // A local pipeline isn't deployed.
  const own = [checkNode(machine), ...(isLocal ? [] : await checkTerraform(machine)), clock];
  if (caller === undefined) return [...own, refusal];
  const rest = await Promise.all([
    checkRegions(clients, [...new Set([region, transcodeRegion])]),
    checkLambdaQuota(clients, region, 0),
    checkMediaConvertQuota(clients, transcodeRegion),
    checkSubscriptions(deployment),
    checkMapping(deployment),
    checkAlarms(deployment),
  ]);
  return [...own, checkAccount(caller, undefined), ...rest.flat()];
}

/** The findings as a person reads them, a line each. */
export function reportOf(findings: readonly Finding[]): string {
  return findings.map((finding) => printable(lineOf(finding))).join("\n");
}

function lineOf({ check, verdict, value, allowed, action }: Finding): string {
  const start = `${verdict.padEnd(7)} ${check}: ${value}`;
  return action === null ? `${start}.` : `${start} (allowed: ${allowed}). ${action}`;
}

type Identified = { readonly clock: Finding } & (
  | { readonly caller: Caller; readonly refusal?: never }
  | { readonly caller?: never; readonly refusal: Finding }
);

/** Asks STS who is calling, and compares this machine's clock with the time of the answer. */
async function identify(sts: STSClient, region: string, server: string): Promise<Identified> {
  let aheadSeconds: number | undefined;
  sts.middlewareStack.add(
    (next) => async (given) => {
      const sentAt = Date.now();
      const result = await next(given);
      const { headers } = result.response as { headers?: Record<string, string> };
      const date = Date.parse(headers?.date ?? "");
      // The header has whole seconds.
      if (!Number.isNaN(date)) aheadSeconds ??= ((sentAt + Date.now()) / 2 - date - 500) / 1000;
      return result;
    },
    // Below the retries, and before the answer is read: also of a refusal.
    { step: "deserialize", priority: "low", name: "clock", override: true },
  );
  try {
    const caller = await sts.send(new GetCallerIdentityCommand({}));
    return { caller, clock: checkClock(aheadSeconds, server) };
  } catch (error) {
    const { name, message } = error as Error;
    const subject = new Subject("account", "credentials that AWS accepts");
    const refusal = subject.fix(
      `AWS doesn't accept your credentials in ${region} (${name}: ${message.replace(/\.$/, "")})`,
      `Sign in, for example with aws sso login. If the region is opt-in, enable it first: aws account enable-region --region-name ${region}.`,
    );
    return { refusal, clock: checkClock(aheadSeconds, server) };
  }
}
