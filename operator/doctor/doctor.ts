import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { OperatorError } from "../operator-error";
import { printable } from "../printable";
import {
  type Caller,
  checkAccount,
  checkConcurrency,
  checkMediaConvert,
  checkRegions,
  checkStateBucket,
  checkSubscriptions,
} from "./checks";
import { type Finding, unknown } from "./finding";
import type { PlannedDeployment } from "./planned-deployment";

/**
 * Checks what a deployment needs of the account and region, with the SDK's own credentials. It changes nothing.
 *
 * @throws {OperatorError} if the credentials aren't valid
 */
export async function examine(plan: PlannedDeployment): Promise<Finding[]> {
  const caller = await callerIn(plan.homeRegion);
  const account = checkAccount(caller, plan);
  // The rest would be about another account.
  if (account.verdict === "fix") return [account];
  const rest = await Promise.all([
    attempt("the regions", () => checkRegions(plan)),
    attempt("Lambda's concurrency", () => checkConcurrency(plan)),
    attempt("MediaConvert's quotas", () => checkMediaConvert(plan)),
    attempt("the state bucket", () => checkStateBucket(plan, caller)),
    attempt("the subscriptions", () => checkSubscriptions(plan, caller)),
  ]);
  return [account, ...rest.flat()];
}

/** The findings as a person reads them, a line each. */
export function reportOf(findings: readonly Finding[]): string {
  return findings.map(({ verdict, message }) => printable(`${verdict.padEnd(7)} ${message}`)).join("\n");
}

async function callerIn(region: string): Promise<Caller> {
  try {
    return await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  } catch (error) {
    const { name, message } = error as Error;
    throw new OperatorError(
      `AWS doesn't accept your credentials in ${region} (${name}: ${message}). Sign in, for example with aws sso login. If the region is opt-in, enable it first: aws account enable-region --region-name ${region}.`,
    );
  }
}

async function attempt(
  subject: string,
  check: () => Promise<Finding | Finding[]>,
): Promise<Finding | Finding[]> {
  try {
    return await check();
  } catch (error) {
    const { name, message } = error as Error;
    return unknown(`Couldn't check ${subject} (${name}: ${message}). Are you signed in as an administrator?`);
  }
}
