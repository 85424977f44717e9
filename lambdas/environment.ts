import * as z from "./zod";

/** Any non-empty string. */
export const required = z.string().check(z.minLength(1));

/** A number that follows the rule. */
export function requiredNumber(rule: { above: number } | { atLeast: number }) {
  const [holds, description] =
    "above" in rule
      ? [(value: number) => value > rule.above, `above ${rule.above}`]
      : [(value: number) => value >= rule.atLeast, `of at least ${rule.atLeast}`];
  const number = z
    .number({ error: `use a number ${description}` })
    .check(z.refine(holds, { error: `use a number ${description}` }));
  return z.pipe(z.pipe(required, z.transform(Number)), number);
}

export const trueOrFalse = z.pipe(
  z.enum(["true", "false"], { error: "use true or false" }),
  z.transform((text) => text === "true"),
);

/**
 * The function's settings.
 *
 * @throws naming every variable that is missing, empty or invalid
 */
export function readEnvironment<Settings>(
  schema: z.ZodMiniType<Settings>,
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
