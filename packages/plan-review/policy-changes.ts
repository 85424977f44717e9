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

/** What a plan does to one policy. */
export interface PolicyChange {
  /** Address of the resource, and the attribute that holds the policy. */
  readonly address: string;
  readonly attribute: string;
  /**
   * `+ ` or `- ` and a statement that comes or goes; `! ` and one of which something is known only after apply, or
   * why none can be shown.
   */
  readonly lines: readonly string[];
}

/** The attributes in which AWS's resources hold IAM policies as JSON. */
const POLICY_ATTRIBUTES = ["assume_role_policy", "policy"];

/** Every policy of the resource that changes, by statement: who may do what more, or less, than before. */
export function policyChanges(plan: TerraformPlan, { address, change }: ResourceChange): PolicyChange[] {
  const before = attributes(change.before);
  const after = attributes(change.after);
  return POLICY_ATTRIBUTES.flatMap((attribute) => {
    const unknown = isMarked(change.after_unknown, attribute);
    if (!unknown && before[attribute] === after[attribute]) return [];
    // S3 buckets and queues compute the policy that a resource of its own sets.
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

/** What the policy document says from which the attribute will come. */
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
  const gone = before.filter((one) => !after.some((other) => isDeepStrictEqual(one, other)));
  const come = after.filter((one) => !before.some((other) => isDeepStrictEqual(one, other)));
  const lines = [
    ...gone.map((one) => ({ sid: one.sid, line: `- ${inWords(one)}` })),
    ...come.map((one) => ({ sid: one.sid, line: `${isKnown(one) ? "+" : "!"} ${inWords(one)}` })),
  ];
  return lines.sort((a, b) => a.sid.localeCompare(b.sid, "en")).map(({ line }) => line);
}

function isKnown({ principals, resources, conditions }: Statement): boolean {
  return ![...principals, ...resources, ...conditions].some((part) => part.includes(UNKNOWN));
}
