import { z } from "zod";

// https://developer.hashicorp.com/terraform/internals/json-format#change-representation
const change = z.object({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(z.array(z.unknown())).default([]),
});

const plan = z.object({
  // Terraform raises the major version when a change breaks readers.
  format_version: z.string().regex(/^1\./),
  terraform_version: z.string(),
  errored: z.boolean().default(false),
  resource_changes: z
    .array(z.object({ address: z.string(), mode: z.string(), type: z.string(), change }))
    .default([]),
  configuration: z
    .object({
      root_module: z.object({
        resources: z
          .array(
            z.object({ address: z.string(), expressions: z.record(z.string(), z.unknown()).default({}) }),
          )
          .default([]),
      }),
    })
    .optional(),
});
const references = z.object({ references: z.array(z.string()) });

/** The part of `terraform show -json`'s output that a review needs. */
export type TerraformPlan = z.infer<typeof plan>;
export type ResourceChange = TerraformPlan["resource_changes"][number];
export type Change = z.infer<typeof change>;

/** The input isn't a plan. The message is one sentence that says what to do. */
export class PlanError extends Error {
  override readonly name = "PlanError";
}

/**
 * @param source names the text in a message
 * @throws {PlanError} if the text isn't the output of `terraform show -json`
 */
export function parsePlan(text: string, source: string): TerraformPlan {
  const advice = "create it with: terraform show -json <plan file>";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PlanError(`${source} is not JSON; ${advice}.`);
  }
  const parsed = plan.safeParse(json);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join(".") || "the whole";
    throw new PlanError(`${source} is JSON, but not a plan of Terraform 1 (look at ${where}); ${advice}.`);
  }
  return parsed.data;
}

/** A resource's values by attribute. Empty before it is created and after it is destroyed. */
export function attributes(values: unknown): Record<string, unknown> {
  return isObject(values) ? values : {};
}

/** The addresses, some with an attribute, that the configuration of a resource's attribute refers to. */
export function referencesOf(plan: TerraformPlan, address: string, attribute: string): readonly string[] {
  const resource = plan.configuration?.root_module.resources.find((one) => one.address === address);
  return references.safeParse(resource?.expressions[attribute]).data?.references ?? [];
}

/** @param marks `before_sensitive`, `after_sensitive` or `after_unknown`: true, or true somewhere in the attribute */
export function isMarked(marks: unknown, attribute: string): boolean {
  return marks === true || (isObject(marks) && holdsTrue(marks[attribute]));
}

/** Whether the attribute is sensitive, before or after the change. */
export function isSensitive(change: Change, attribute: string): boolean {
  return isMarked(change.before_sensitive, attribute) || isMarked(change.after_sensitive, attribute);
}

function holdsTrue(marks: unknown): boolean {
  if (Array.isArray(marks)) return marks.some(holdsTrue);
  return marks === true || (isObject(marks) && Object.values(marks).some(holdsTrue));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
