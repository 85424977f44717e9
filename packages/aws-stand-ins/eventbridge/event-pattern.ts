import { DefinitionError } from "../definition-error";

/** Whether an event matches the pattern that it was compiled from. */
export type EventMatcher = (event: unknown) => boolean;

type JsonObject = Record<string, unknown>;

/**
 * Compiles an event pattern of plain values: every field must have one of the values that the pattern lists for it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 *
 * @throws {DefinitionError} naming the field, for what EventBridge refuses and for every operator (`prefix`, `$or`, …)
 */
export function compilePattern(pattern: unknown, path = ""): EventMatcher {
  const at = path || "the pattern";
  if (!isObject(pattern))
    throw new DefinitionError(`${at} is ${JSON.stringify(pattern)}: use an object or an array.`);
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw new DefinitionError(`${at} is empty: name at least one field.`);
  const matchers = fields.map(([key, value]) => compileField(key, value, path ? `${path}.${key}` : key));
  return (event) => matchers.every((matches) => matches(event));
}

function compileField(key: string, pattern: unknown, path: string): EventMatcher {
  if (key === "$or") throw unsupported(path, "$or");
  // A field that holds an array matches by any of its elements.
  const valuesOf = (event: unknown) =>
    isObject(event) && Object.hasOwn(event, key) ? [event[key]].flat(Number.POSITIVE_INFINITY) : [];
  if (!Array.isArray(pattern)) {
    const matches = compilePattern(pattern, path);
    return (event) => valuesOf(event).filter(isObject).some(matches);
  }
  if (pattern.length === 0) throw new DefinitionError(`${path} is an empty array: list at least one value.`);
  for (const value of pattern) {
    if (isObject(value)) throw unsupported(path, Object.keys(value).join(", "));
    if (Array.isArray(value))
      throw new DefinitionError(
        `${path} lists ${JSON.stringify(value)}: use text, a number, true, false or null.`,
      );
  }
  return (event) => valuesOf(event).some((value) => pattern.includes(value));
}

function unsupported(path: string, operator: string): DefinitionError {
  return new DefinitionError(`${path} uses the operator "${operator}", which is not supported: list values.`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
