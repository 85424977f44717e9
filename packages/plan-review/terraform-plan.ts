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
  importing: z.object({ id: z.string().nullish() }).nullish(),
});

const resourceChange = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  mode: z.string(),
  type: z.string(),
  change,
});

const expressions = z.record(z.string(), z.unknown()).default({});
const configurationModule = z.object({
  resources: z.array(z.object({ address: z.string(), expressions })).default([]),
  outputs: z.record(z.string(), z.object({ expression: z.unknown().optional() })).default({}),
  get module_calls() {
    return z.record(z.string(), z.object({ expressions, module: configurationModule })).default({});
  },
});

const stateModule = z.object({
  resources: z.array(z.object({ type: z.string(), values: z.unknown().optional() })).default([]),
  get child_modules() {
    return z.array(stateModule).default([]);
  },
});

const plan = z.object({
  // Terraform raises the major version when a change breaks readers.
  format_version: z.string().regex(/^1\./),
  terraform_version: z.string(),
  // A state has them; a plan doesn't.
  values: z.undefined().optional(),
  errored: z.boolean().default(false),
  resource_changes: z.array(resourceChange).default([]),
  /** What changed since the last apply, other than by Terraform. */
  resource_drift: z.array(resourceChange).default([]),
  output_changes: z.record(z.string(), change).default({}),
  prior_state: z.object({ values: z.object({ root_module: stateModule.optional() }).optional() }).optional(),
  configuration: z.object({ root_module: configurationModule }).optional(),
});

/** The part of `terraform show -json`'s output that a review needs. */
export type TerraformPlan = z.infer<typeof plan>;
export type ResourceChange = z.infer<typeof resourceChange>;
export type Change = z.infer<typeof change>;
export type ConfigurationModule = z.infer<typeof configurationModule>;
export type StateModule = z.infer<typeof stateModule>;

/** What Terraform does with a resource, or did not do in the case of drift. */
export type Kind = "create" | "change" | "replace" | "destroy" | "forget";

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

/** Undefined if nothing changes. */
export function kindOf({ actions }: Change): Kind | undefined {
  if (actions.includes("delete")) return actions.includes("create") ? "replace" : "destroy";
  if (actions.includes("forget")) return "forget";
  if (actions.includes("create")) return "create";
  return actions.includes("update") ? "change" : undefined;
}

/** Values by name: a resource's attributes, or the members of a block. Empty for anything else, such as no resource. */
export function attributes(values: unknown): Record<string, unknown> {
  return isObject(values) ? values : {};
}

/** The members of a block of which a resource has at most one; Terraform puts it into a list. */
export function blockOf(value: unknown): Record<string, unknown> {
  return attributes(Array.isArray(value) ? value[0] : value);
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
