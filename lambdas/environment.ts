import { type ZodType, z } from "zod";

/** A setting that the function can't work without: any non-empty string. */
export const required = z.string().min(1);

export class EnvironmentError extends Error {
  readonly code = "BAD_ENVIRONMENT";
}

/**
 * The function's settings, read once at its start.
 *
 * @throws EnvironmentError naming every variable that is missing or empty, not only the first.
 */
export function readEnvironment<Settings>(
  schema: ZodType<Settings>,
  variables: NodeJS.ProcessEnv = process.env,
): Settings {
  const result = schema.safeParse(variables);
  if (result.success) return result.data;
  const names = [...new Set(result.error.issues.map((issue) => issue.path.join(".")))].sort();
  throw new EnvironmentError(
    `Missing or empty environment variable${names.length > 1 ? "s" : ""}: ${names.join(", ")}. ` +
      "Set every one of them in the function's configuration.",
  );
}
