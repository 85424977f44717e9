import { referencesOf, refersTo } from "./configuration";
import { attributes, kindOf, type ResourceChange, type TerraformPlan } from "./terraform-plan";

const OWNERS = [
  "aws_iam_role",
  "aws_iam_user",
  "aws_kms_key",
  "aws_lambda_function",
  "aws_s3_bucket",
  "aws_sns_topic",
  "aws_sqs_queue",
];
/** Attributes by which a resource names the one that it configures. */
const OWNER_ATTRIBUTES = [
  "arn",
  "bucket",
  "function_name",
  "key_id",
  "queue_url",
  "resource_arn",
  "role",
  "user",
];
/** Attributes that identify a resource. */
const IDENTITIES = ["arn", "bucket", "function_name", "id", "name", "url"];

/** Whether the plan also destroys the resource that this one configures, so that nothing is left unguarded. */
export function isOwnerGone(plan: TerraformPlan, { change }: ResourceChange): boolean {
  const named = valuesOf(change.before, OWNER_ATTRIBUTES);
  return plan.resource_changes.some(
    (other) =>
      OWNERS.includes(other.type) &&
      kindOf(other.change) === "destroy" &&
      valuesOf(other.change.before, IDENTITIES).some((one) => named.includes(one)),
  );
}

/** Whether the plan also creates the resource that this one configures, so that there is no data yet. */
export function newOwner(plan: TerraformPlan, { address, change }: ResourceChange): boolean {
  const named = valuesOf(change.after, OWNER_ATTRIBUTES);
  const references = OWNER_ATTRIBUTES.flatMap((attribute) => referencesOf(plan, address, attribute));
  return plan.resource_changes.some(
    (other) =>
      OWNERS.includes(other.type) &&
      ["create", "replace"].includes(kindOf(other.change) ?? "") &&
      (valuesOf(other.change.after, IDENTITIES).some((one) => named.includes(one)) ||
        references.some((reference) => refersTo(reference, other.address))),
  );
}

function valuesOf(values: unknown, names: readonly string[]): string[] {
  return names.map((name) => attributes(values)[name]).filter((value) => typeof value === "string");
}
