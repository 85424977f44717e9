import { isDeepStrictEqual } from "node:util";
import { code } from "./code";
import { accountOf } from "./own-accounts";
import { type Statement, UNKNOWN } from "./policy-statement";

/** What a policy is attached to. Only a resource's own policy names principals, and means itself by `*`. */
export type PolicyKind = "identity" | "trust" | "resource";

/**
 * Why an added statement of a policy opens access to more than one expects: to everyone, to another account, or to
 * everything. In words, after "SID: "; none if it doesn't.
 *
 * @param ownAccounts ids of the accounts that the plan is for
 */
export function opening(
  statement: Statement,
  kind: PolicyKind,
  ownAccounts: ReadonlySet<string>,
): string | undefined {
  if (statement.effect !== "Allow") return undefined;
  return kind === "identity" ? tooMuch(statement) : tooMany(statement, kind, ownAccounts);
}

/** The removed denials that no added one makes up for. */
export function lostDenials(removed: readonly Statement[], added: readonly Statement[]): Statement[] {
  const denials = added.filter(({ effect }) => effect === "Deny");
  return removed.filter((old) => old.effect === "Deny" && !denials.some((fresh) => covers(fresh, old)));
}

/** Actions that give full control, or read data, unless something restricts their resources. */
const POWERFUL =
  /^(iam:(Add|Attach|Create|Delete|Detach|PassRole|Put|Set|Update|Upload|\*)|sts:AssumeRole|kms:(CreateGrant|Decrypt|PutKeyPolicy)|lambda:(AddPermission|Update)|s3:(Delete|Get|Put)|dynamodb:(BatchGet|Delete|Get|Query|Scan)|secretsmanager:GetSecretValue|ssm:GetParameter|\*|[\w-]+:\*)/i;

function tooMuch({ actions, resources }: Statement): string | undefined {
  const excepted = actions.filter((action) => action.startsWith("not "));
  if (excepted.length > 0)
    return `allows everything except ${code(excepted.map((one) => one.slice(4)).join(", "))}`;
  const isEverywhere = resources.some(isEverything);
  if (actions.some((action) => action === "*" || action === "*:*")) {
    return isEverywhere ? "gives administrator rights" : "allows every action";
  }
  const powerful = actions.filter((action) => POWERFUL.test(action));
  return isEverywhere && powerful.length > 0
    ? `allows ${code(powerful.join(", "))} on everything`
    : undefined;
}

/** `*`, `arn:aws:s3:::*`, `arn:aws:iam::123456789012:role/*`, and every ARN but those excepted. */
function isEverything(resource: string): boolean {
  const name = /^arn:(?:[^:]*:){4}(.*)$/.exec(resource)?.[1] ?? resource;
  return /^not |^((role|user|policy|key|table|function|secret|parameter)[/:])?\*(\/\*)?$/.test(name);
}

/** Keys whose value limits who calls: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const NARROWING =
  /^(aws:(Source(Account|Arn|OrgID|OrgPaths|Vpc|Vpce|Ip)|Principal(Account|Arn|OrgID|OrgPaths)|ResourceAccount)|kms:(CallerAccount|EncryptionContext:.*)|AWS:SourceAccount|AWS:SourceArn|sts:ExternalId)$/i;

function tooMany(
  { principals, conditions }: Statement,
  kind: PolicyKind,
  ownAccounts: ReadonlySet<string>,
): string | undefined {
  const isNarrow = conditions.some((condition) => limits(condition, NARROWING));
  const hasSubject = conditions.some((condition) => limits(condition, /:(sub|aud|amr)$/i));
  const hasExactSubject = conditions.some((condition) => limits(condition, /:sub$/i));
  for (const principal of principals) {
    const [type = "", name = ""] = principal.split(" ");
    if (principal.startsWith("not ")) return "allows everyone except the named principals";
    if ((type === "*" || name === "*") && !isNarrow) return "allows everyone";
    if (principal.includes(UNKNOWN) && !isNarrow) return "allows a principal that is known only after apply";
    if (type === "AWS") {
      const account = accountOf(name);
      if (account !== undefined && !ownAccounts.has(account)) return `allows account ${account}`;
    }
    if (type === "Federated" && !(name.includes(":oidc-provider/") ? hasExactSubject : hasSubject)) {
      return `allows everyone with an account at ${code(name.replace(/^.*provider\//, ""))}`;
    }
    if (type === "Service" && kind === "resource" && !isNarrow) {
      return `allows ${code(name)} on behalf of any AWS account`;
    }
  }
  return undefined;
}

/** Whether a condition demands a value of the key that isn't just any. */
function limits(condition: string, key: RegExp): boolean {
  const [test = "", variable = "", ...values] = condition.split(" ");
  const isPositive = /(^|:)(String|Arn|IpAddress)/.test(test) && !/Not|IfExists$|^ForAllValues/.test(test);
  const isAny = values.some((value) => /^\*+$|^arn:\*|^repo:\*|^0\.0\.0\.0\/0$|^::\/0$/.test(value));
  return isPositive && key.test(variable) && !isAny;
}

/** Whether the denial holds wherever the old one did. */
function covers(fresh: Statement, old: Statement): boolean {
  return (
    holdsAll(fresh.principals, old.principals) &&
    holdsAll(fresh.actions, old.actions) &&
    holdsAll(fresh.resources, old.resources) &&
    fresh.conditions.every((condition) => old.conditions.includes(condition))
  );
}

function holdsAll(fresh: readonly string[], old: readonly string[]): boolean {
  const hasExceptions = [...fresh, ...old].some((part) => part.startsWith("not "));
  return hasExceptions
    ? isDeepStrictEqual(fresh, old)
    : fresh.includes("*") || old.every((part) => fresh.includes(part));
}
