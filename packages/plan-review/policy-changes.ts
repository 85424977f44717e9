import { isDeepStrictEqual } from "node:util";
import { indexOf, referencesOf, refersTo } from "./configuration";
import { inWords, type Statement, statementsOfDocument, statementsOfJson, UNKNOWN } from "./policy-statement";
import { attributes, isMarked, isSensitive, type ResourceChange, type TerraformPlan } from "./terraform-plan";

/** The change of one policy. */
export interface PolicyChange {
  /** The resource that has the policy. */
  readonly resource: ResourceChange;
  /** Holds the policy. */
  readonly attribute: string;
  readonly removed: readonly Statement[];
  readonly added: readonly Statement[];
  /** Why the statements can't be shown, in which case there are none. */
  readonly unreadable?: "sensitive" | "the statements can't be read from the plan";
}

/** The attributes of AWS resources that hold an IAM policy in JSON, or blocks with one. */
const POLICY_ATTRIBUTES = [
  "access_policy",
  "assume_role_policy",
  "inline_policy",
  "key_policy",
  "policy",
  "policy_document",
  "resource_policy",
];

/** Every policy of the resource that changes, statement by statement: what it newly allows, and what it no longer does. */
export function policyChanges(plan: TerraformPlan, resource: ResourceChange): PolicyChange[] {
  const { address, change } = resource;
  const before = attributes(change.before);
  const after = attributes(change.after);
  return POLICY_ATTRIBUTES.flatMap((attribute): PolicyChange[] => {
    const unknown = isMarked(change.after_unknown, attribute);
    if (!unknown && isDeepStrictEqual(before[attribute], after[attribute])) return [];
    const references = unknown ? referencesOf(plan, address, attribute) : [];
    // Buckets and queues also report the policy that a separate resource sets.
    if (unknown && references.length === 0) return [];
    const nothing = { resource, attribute, removed: [], added: [] };
    if (isSensitive(change, attribute)) return [{ ...nothing, unreadable: "sensitive" }];
    const old = statementsOf(before[attribute]);
    const known = statementsOf(after[attribute]);
    const fresh = unknown ? joined([known, plannedStatements(plan, references, indexOf(address))]) : known;
    if (old === undefined || fresh === undefined)
      return [{ ...nothing, unreadable: "the statements can't be read from the plan" }];
    const removed = old.filter((one) => !fresh.some((other) => isDeepStrictEqual(one, other)));
    const added = fresh.filter((one) => !old.some((other) => isDeepStrictEqual(one, other)));
    return removed.length + added.length === 0 ? [] : [{ resource, attribute, removed, added }];
  });
}

/** Each statement after `+ ` (added), `- ` (removed) or `! ` (added, but partly known only after apply). */
export function policyLines({ removed, added, unreadable }: PolicyChange): string[] {
  if (unreadable !== undefined) return [`! (${unreadable})`];
  const lines = [
    ...removed.map((one) => ({ sid: one.sid, line: `- ${inWords(one)}` })),
    ...added.map((one) => ({ sid: one.sid, line: `${isKnown(one) ? "+" : "!"} ${inWords(one)}` })),
  ];
  return lines.sort((a, b) => a.sid.localeCompare(b.sid, "en")).map(({ line }) => line);
}

/** @param value a policy in JSON, or blocks that have one as their `policy` */
export function statementsOf(value: unknown): readonly Statement[] | undefined {
  return Array.isArray(value)
    ? joined(value.map((block) => statementsOfJson(attributes(block).policy)))
    : statementsOfJson(value);
}

/**
 * The statements of the planned policy documents that a policy consists of.
 *
 * @param index of the resource, for documents that are as many as the resources
 */
function plannedStatements(
  plan: TerraformPlan,
  references: readonly string[],
  index: string,
): readonly Statement[] | undefined {
  const sources = references
    .filter((reference) => !/(^|\.)(each|count)\./.test(reference))
    .map((reference) => {
      const documents = plan.resource_changes.filter(
        ({ type, address }) => type === "aws_iam_policy_document" && refersTo(reference, address),
      );
      const wanted = indexOf(reference) || index;
      return documents.length === 1
        ? documents[0]
        : documents.find(({ address }) => indexOf(address) === wanted);
    });
  return joined([...new Set(sources)].map((source) => source && statementsOfPlanned(source)));
}

function statementsOfPlanned({ change }: ResourceChange): readonly Statement[] | undefined {
  const isReadable = ["statement", "source_policy_documents", "override_policy_documents"].every(
    (attribute) => !isSensitive(change, attribute),
  );
  const isComplete = ["source_policy_documents", "override_policy_documents"].every(
    (attribute) => !isMarked(change.after_unknown, attribute),
  );
  return isReadable && isComplete ? statementsOfDocument(change.after) : undefined;
}

function joined(lists: readonly (readonly Statement[] | undefined)[]): readonly Statement[] | undefined {
  return lists.includes(undefined) ? undefined : lists.flatMap((list) => list ?? []);
}

function isKnown({ principals, resources, conditions }: Statement): boolean {
  return ![...principals, ...resources, ...conditions].some((part) => part.includes(UNKNOWN));
}
