import { isDeepStrictEqual } from "node:util";
import { inWords, type Statement, statementsOfDocument, statementsOfJson, UNKNOWN } from "./policy-statement";
import {
  attributes,
  isMarked,
  isSensitive,
  type ResourceChange,
  referencesOf,
  type TerraformPlan,
} from "./terraform-plan";

/** The change of one policy. */
export interface PolicyChange {
  /** Of the resource. */
  readonly address: string;
  /** Holds the policy. */
  readonly attribute: string;
  /**
   * A statement after `+ ` (added), `- ` (removed) or `! ` (added, but partly known only after apply), or the reason
   * why none can be shown after `! `.
   */
  readonly lines: readonly string[];
}

/** The attributes of AWS resources that hold an IAM policy in JSON. */
const POLICY_ATTRIBUTES = ["assume_role_policy", "policy"];

/** Every policy of the resource that changes, statement by statement: what it newly allows, and what it no longer does. */
export function policyChanges(plan: TerraformPlan, { address, change }: ResourceChange): PolicyChange[] {
  const before = attributes(change.before);
  const after = attributes(change.after);
  return POLICY_ATTRIBUTES.flatMap((attribute) => {
    const unknown = isMarked(change.after_unknown, attribute);
    if (!unknown && before[attribute] === after[attribute]) return [];
    // Buckets and queues also report the policy that a separate resource sets.
    if (unknown && referencesOf(plan, address, attribute).length === 0) return [];
    if (isSensitive(change, attribute)) return [{ address, attribute, lines: ["! (sensitive)"] }];
    const old = statementsOfJson(before[attribute]);
    const fresh = unknown ? plannedStatements(plan, address, attribute) : statementsOfJson(after[attribute]);
    const lines =
      old === undefined || fresh === undefined
        ? ["! (the statements can't be read from the plan)"]
        : difference(old, fresh);
    return lines.length === 0 ? [] : [{ address, attribute, lines }];
  });
}

/** The statements of the policy document that the attribute refers to. */
function plannedStatements(
  plan: TerraformPlan,
  address: string,
  attribute: string,
): readonly Statement[] | undefined {
  const references = referencesOf(plan, address, attribute);
  const source = plan.resource_changes.find(
    ({ type, address: document }) => type === "aws_iam_policy_document" && references.includes(document),
  );
  if (source === undefined || isSensitive(source.change, "statement")) return undefined;
  return statementsOfDocument(source.change.after);
}

function difference(before: readonly Statement[], after: readonly Statement[]): string[] {
  const removed = before.filter((one) => !after.some((other) => isDeepStrictEqual(one, other)));
  const added = after.filter((one) => !before.some((other) => isDeepStrictEqual(one, other)));
  const lines = [
    ...removed.map((one) => ({ sid: one.sid, line: `- ${inWords(one)}` })),
    ...added.map((one) => ({ sid: one.sid, line: `${isKnown(one) ? "+" : "!"} ${inWords(one)}` })),
  ];
  return lines.sort((a, b) => a.sid.localeCompare(b.sid, "en")).map(({ line }) => line);
}

function isKnown({ principals, resources, conditions }: Statement): boolean {
  return ![...principals, ...resources, ...conditions].some((part) => part.includes(UNKNOWN));
}
