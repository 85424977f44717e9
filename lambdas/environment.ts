import * as z from "zod";

/** Any non-empty string. */
export const required = z.string().min(1);

/** A number that follows the rule. */
export function requiredNumber(rule: { above: number } | { atLeast: number }) {
  const [holds, description] =
    "above" in rule
      ? [(value: number) => value > rule.above, `above ${rule.above}`]
      : [(value: number) => value >= rule.atLeast, `of at least ${rule.atLeast}`];
  return required
    .transform(Number)
    .refine((value) => Number.isFinite(value) && holds(value), { error: `use a number ${description}` });
}

export const trueOrFalse = z
  .enum(["true", "false"], { error: "use true or false" })
  .transform((text) => text === "true");

/**
 * The function's settings.
 *
 * @throws naming every variable that is missing, empty or invalid
 */
export function readEnvironment<Settings>(
  schema: z.ZodType<Settings>,
  variables: NodeJS.ProcessEnv = process.env,
): Settings {
  const result = schema.safeParse(variables);
  if (result.success) return result.data;
  const faults = new Map(result.error.issues.map(({ path, message }) => [path.join("."), message]));
  const names = [...faults.keys()].sort();
  const missing = names.filter((name) => !variables[name]);
  const invalid = names.filter((name) => variables[name]);
  throw new Error(
    [
      missing.length > 0 && `Set these environment variables of the function: ${missing.join(", ")}.`,
      ...invalid.map((name) => `${name}='${variables[name]}' is not allowed: ${faults.get(name)}.`),
    ]
      .filter(Boolean)
      .join(" "),
  );
}
