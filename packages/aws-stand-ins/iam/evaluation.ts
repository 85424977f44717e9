import { type Context, hold } from "./conditions";
import { fitsAction, fitsArn } from "./matching";
import type { Policy, Statement } from "./policy";

/** One thing that somebody has to be allowed: a call may need several. */
export interface Access {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** ARN of what it is done to; `*` for an action that knows no resources. */
  readonly resource: string;
  readonly context: Context;
}

export const access = (action: string, resource: string, context: Record<string, string> = {}): Access => ({
  action,
  resource,
  context: new Map(Object.entries(context)),
});

/** Who asks: a role, or a service in its own name. */
export type Principal =
  | { readonly roleArn: string; readonly accountId: string }
  | { readonly service: string };

/**
 * What policies say to an access. `delegated`: a resource's policy leaves it to the policies of the account's roles,
 * by naming the account's root. `silent`: nothing, which refuses as well.
 */
export type Verdict = "denied" | "allowed" | "delegated" | "silent";

/**
 * An explicit Deny beats every Allow; whatever isn't allowed is refused.
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
  const acts = (patterns: string[]) => patterns.some((pattern) => fitsAction(pattern, action));
  const concerns = (patterns: string[]) => patterns.some((pattern) => fitsArn(filledIn(pattern), resource));
  const conditions = Object.fromEntries(
    Object.entries(Condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, values.map(filledIn)])),
    ]),
  );
  return (
    (Action === undefined ? !acts(NotAction) : acts(Action)) &&
    (Resource === undefined ? !concerns(NotResource) : concerns(Resource)) &&
    hold(conditions, context)
  );
}

/** How a statement names the principal: itself, its whole account, or not at all. */
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
