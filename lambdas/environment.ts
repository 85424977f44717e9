import { type ZodType, z } from "zod";

/** A setting that the function can't work without: any non-empty string. */
export const required = z.string().min(1);

/** A number that may be left out; empty counts as left out. The rule is part of what the error says. */
export function numberOr(preset: number, rule: { above: number } | { atLeast: number }) {
  const [holds, words] =
    "above" in rule
      ? [(value: number) => value > rule.above, `above ${rule.above}`]
      : [(value: number) => value >= rule.atLeast, `of at least ${rule.atLeast}`];
  return z
    .string()
    .optional()
    .transform((text) => (text ? Number(text) : preset))
    .refine((value) => Number.isFinite(value) && holds(value), { error: `use a number ${words}` });
}

export class EnvironmentError extends Error {
  readonly code = "BAD_ENVIRONMENT";
}

/**
 * The function's settings, read once at its start.
 *
 * @throws EnvironmentError naming every variable that is missing, empty or wrong, not only the first
 */
export function readEnvironment<Settings>(
  schema: ZodType<Settings>,
  variables: NodeJS.ProcessEnv = process.env,
): Settings {
  const result = schema.safeParse(variables);
  if (result.success) return result.data;
  const faults = new Map(result.error.issues.map(({ path, message }) => [path.join("."), message]));
  const names = [...faults.keys()].sort();
  const missing = names.filter((name) => !variables[name]);
  const wrong = names.filter((name) => variables[name]);
  throw new EnvironmentError(
    [
      ...(missing.length > 0
        ? [
            `Missing or empty environment variable${missing.length > 1 ? "s" : ""}: ${missing.join(", ")}. ` +
              "Set every one of them in the function's configuration.",
          ]
        : []),
      ...wrong.map((name) => `${name}='${variables[name]}' is not allowed: ${faults.get(name)}.`),
    ].join(" "),
  );
}
