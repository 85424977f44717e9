import { type Context, hold } from "./conditions";
import { matchesAction, matchesArn } from "./matching";
import type { Policy, Statement } from "./policy";

/** One permission that a call needs. */
export interface Access {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** ARN, or `*` for an action without resources. */
  readonly resource: string;
  readonly context: Context;
}

export const access = (action: string, resource: string, context: Record<string, string> = {}): Access => ({
  action,
  resource,
  context: new Map(Object.entries(context)),
});

/** A role, or a service on its own behalf. */
export type Principal =
  | { readonly roleArn: string; readonly accountId: string }
  | { readonly service: string };

/**
 * `delegated`: a resource's policy names the account's root, and so leaves the decision to the roles' policies.
 * `silent`: no statement applies, which denies as well.
 */
export type Verdict = "denied" | "allowed" | "delegated" | "silent";

/**
 * An explicit Deny overrides every Allow, and the default is to deny.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function verdictOn(access: Access, policy: Policy, principal: Principal): Verdict {
  const concerning = policy
    .filter((statement) => isAbout(statement, access))
    .map((statement) => ({ effect: statement.Effect, named: nameOf(principal, statement.Principal) }))
    .filter(({ named }) => named !== undefined);
  if (concerning.some(({ effect }) => effect === "Deny")) return "denied";
  if (concerning.some(({ named }) => named === "itself")) return "allowed";
  return concerning.length > 0 ? "delegated" : "silent";
}

function isAbout(statement: Statement, { action, resource, context }: Access): boolean {
  const { Action, NotAction = [], Resource, NotResource = [], Condition } = statement;
  const filledIn = (text: string) =>
    text.replace(/\$\{([^}]*)\}/g, (whole, key: string) => context.get(key.toLowerCase()) ?? whole);
  const acts = (patterns: string[]) => patterns.some((pattern) => matchesAction(pattern, action));
  const concerns = (patterns: string[]) =>
    patterns.some((pattern) => matchesArn(filledIn(pattern), resource));
  const conditions = () =>
    Object.fromEntries(
      Object.entries(Condition).map(([operator, keys]) => [
        operator,
        Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, values.map(filledIn)])),
      ]),
    );
  // The action, which is the cheapest to compare, rules out most statements.
  return (
    (Action === undefined ? !acts(NotAction) : acts(Action)) &&
    (Resource === undefined ? !concerns(NotResource) : concerns(Resource)) &&
    hold(conditions(), context)
  );
}

/** How a statement names the principal; undefined if it doesn't. */
function nameOf(principal: Principal, named: Statement["Principal"]): "itself" | "account" | undefined {
  if (named === undefined) return "itself";
  const { AWS = [], Service = [] }: Partial<Record<string, string[]>> = named;
  if (AWS.includes("*")) return "itself";
  if ("service" in principal) return Service.includes(principal.service) ? "itself" : undefined;
  if (AWS.includes(principal.roleArn)) return "itself";
  const isAccount = (one: string) =>
    one === principal.accountId || one.endsWith(`:iam::${principal.accountId}:root`);
  return AWS.some(isAccount) ? "account" : undefined;
}
