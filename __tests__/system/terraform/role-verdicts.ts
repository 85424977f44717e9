import { type Access, verdictOn } from "aws-stand-ins/iam/evaluation";
import type { Policy, Statement } from "aws-stand-ins/iam/policy";
import { type Role, rolePolicies, synthesizeAccess } from "../../constructs/deployment/role-policies";
import { ACCOUNT, SUFFIX } from "./physical-names";
import { accessesOf } from "./provider-accesses";
import type { RecordedCall } from "./recording-proxy";

/** The permissions that the calls need, each once. */
export function accessesTo(calls: readonly RecordedCall[]): Access[] {
  const accesses = calls.flatMap(accessesOf);
  return [...new Map(accesses.map((one) => [titleOf(one), one])).values()];
}

/** The permissions that a role of the workflows lacks for the calls. @param settings of its environment */
export function deniedCalls(
  role: Role,
  calls: readonly RecordedCall[],
  settings: Record<string, string> = { ENVIRONMENT_SUFFIX: SUFFIX },
): string[] {
  const policies = rolePolicies(synthesizeAccess(settings));
  return accessesTo(calls)
    .filter((one) => !isAllowed(one, policies[role]))
    .map(titleOf);
}

function isAllowed(wanted: Access, policy: Policy | readonly Statement[]): boolean {
  const principal = {
    roleArn: `arn:aws:iam::${ACCOUNT}:role/media-pipeline-deploy-${SUFFIX}`,
    accountId: ACCOUNT,
  };
  return verdictOn(wanted, policy, principal) === "allowed";
}

function titleOf({ action, resource, context }: Access): string {
  return `${action} on ${resource} with ${[...context].join(", ") || "no condition"}`;
}

/** An action that the deploy role may call, by the statement that grants it. */
export interface Grant {
  readonly sid: string;
  readonly action: string;
}

/** Those of the deploy role that no call needs. @param settings of its environment */
export function unneededGrants(
  calls: readonly RecordedCall[],
  settings: Record<string, string> = { ENVIRONMENT_SUFFIX: SUFFIX },
): Grant[] {
  const wanted = accessesTo(calls);
  return rolePolicies(synthesizeAccess(settings)).deploy.flatMap((statement) =>
    (statement.Action ?? [])
      .filter((action) => !wanted.some((one) => isAllowed(one, [{ ...statement, Action: [action] }])))
      .map((action) => ({ sid: statement.Sid ?? "", action })),
  );
}

/** @param reasons why AWS needs a grant that no call against moto shows, by statement or by action */
export function unexplained(reasons: Readonly<Record<string, string>>): (grant: Grant) => boolean {
  return ({ sid, action }) => !(sid in reasons) && !(action in reasons);
}
