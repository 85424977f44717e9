/** A pattern that EventBridge would refuse, or an operator that this implementation doesn't know. */
export class InvalidEventPattern extends Error {
  override readonly name = "InvalidEventPattern";
  readonly code = "InvalidEventPattern";
}

/** Says whether an event matches the pattern that it was compiled from. */
export type EventMatcher = (event: unknown) => boolean;

type ValueTest = (value: unknown) => boolean;
type JsonObject = Record<string, unknown>;

/**
 * EventBridge's content filtering, `cidr` excepted.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @throws InvalidEventPattern naming the field and what is wrong with it
 */
export function compilePattern(pattern: unknown): EventMatcher {
  return compileObject(pattern, "");
}

/** Compiles the pattern and applies it to one event. */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  return compilePattern(pattern)(event);
}

function compileObject(pattern: unknown, path: string): EventMatcher {
  const at = path || "the pattern";
  if (!isObject(pattern))
    throw new InvalidEventPattern(`${at} is ${show(pattern)}: give an object or an array.`);
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw new InvalidEventPattern(`${at} is empty: name at least one field.`);
  const matchers = fields.map(([key, value]) =>
    key === "$or" ? compileOr(value, path) : compileField(key, value, path ? `${path}.${key}` : key),
  );
  return (event) => matchers.every((matches) => matches(event));
}

function compileOr(alternatives: unknown, path: string): EventMatcher {
  if (!Array.isArray(alternatives) || alternatives.length === 0) {
    throw new InvalidEventPattern(`$or is ${show(alternatives)}: give an array of patterns.`);
  }
  const matchers = alternatives.map((alternative) => compileObject(alternative, path));
  return (event) => matchers.some((matches) => matches(event));
}

function compileField(key: string, pattern: unknown, path: string): EventMatcher {
  const fieldOf = (event: unknown) => (isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined);
  if (!Array.isArray(pattern)) {
    const matches = compileObject(pattern, path);
    return (event) => {
      const objects = [fieldOf(event)].flat(Number.POSITIVE_INFINITY).filter(isObject);
      // Without an object every field below is absent, which is what `"exists": false` asks for.
      return objects.length > 0 ? objects.some(matches) : matches({});
    };
  }
  if (pattern.length === 0)
    throw new InvalidEventPattern(`${path} is an empty array: give at least one value.`);
  const alternatives = pattern.map((alternative) => compileAlternative(alternative, path));
  return (event) => {
    const leaves = leavesOf(fieldOf(event));
    return alternatives.some((matches) => matches(leaves));
  };
}

// Operators see the leaf values of a field: one, several if it is an array, none if it is absent or an object.
function compileAlternative(alternative: unknown, path: string): (leaves: unknown[]) => boolean {
  if (!isObject(alternative)) {
    const test = equals(alternative, path);
    return (leaves) => leaves.some(test);
  }
  const [operator, operand] = soleEntry(alternative, path);
  if (operator === "exists") {
    if (typeof operand !== "boolean") throw invalidOperand(path, operator, operand, "true or false");
    return (leaves) => leaves.length > 0 === operand;
  }
  const test = operator === "anything-but" ? anythingBut(operand, path) : valueTest(operator, operand, path);
  return (leaves) => leaves.some(test);
}

const STRING_TESTS: Record<string, (value: string, operand: string) => boolean> = {
  prefix: (value, operand) => value.startsWith(operand),
  suffix: (value, operand) => value.endsWith(operand),
};

function valueTest(operator: string, operand: unknown, path: string): ValueTest {
  switch (operator) {
    case "prefix":
    case "suffix":
      return affix(operator, operand, path);
    case "equals-ignore-case": {
      const expected = text(operator, operand, path).toLowerCase();
      return (value) => typeof value === "string" && value.toLowerCase() === expected;
    }
    case "wildcard": {
      const expression = wildcard(text(operator, operand, path), path);
      return (value) => typeof value === "string" && expression.test(value);
    }
    case "numeric":
      return numeric(operand, path);
    default:
      throw new InvalidEventPattern(
        `${path} uses the operator "${operator}", which is not known here: use ${KNOWN_OPERATORS.join(", ")}.`,
      );
  }
}

const KNOWN_OPERATORS = [
  "anything-but",
  "equals-ignore-case",
  "exists",
  "numeric",
  "prefix",
  "suffix",
  "wildcard",
];

function affix(operator: string, operand: unknown, path: string): ValueTest {
  const test = STRING_TESTS[operator];
  if (!isObject(operand)) {
    const expected = text(operator, operand, path);
    return (value) => typeof value === "string" && test?.(value, expected) === true;
  }
  const [option, nested] = soleEntry(operand, path);
  if (option !== "equals-ignore-case")
    throw invalidOperand(path, operator, operand, 'text or {"equals-ignore-case": text}');
  const expected = text(option, nested, path).toLowerCase();
  return (value) => typeof value === "string" && test?.(value.toLowerCase(), expected) === true;
}

function anythingBut(operand: unknown, path: string): ValueTest {
  if (isObject(operand)) {
    const [operator, nested] = soleEntry(operand, path);
    if (operator === "numeric") throw invalidOperand(path, "anything-but", operand, "a text operator");
    const excluded = listOf(nested).map((one) => valueTest(operator, one, path));
    return (value) => !excluded.some((test) => test(value));
  }
  const excluded = listOf(operand);
  if (excluded.length === 0 || !excluded.every((one) => ["string", "number"].includes(typeof one))) {
    throw invalidOperand(path, "anything-but", operand, "texts, numbers or a text operator");
  }
  return (value) => !excluded.includes(value);
}

const COMPARISONS: Record<string, (value: number, bound: number) => boolean> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

function numeric(operand: unknown, path: string): ValueTest {
  const expected = 'one or two pairs of comparison and number, for example [">", 0, "<=", 5]';
  if (!Array.isArray(operand) || ![2, 4].includes(operand.length))
    throw invalidOperand(path, "numeric", operand, expected);
  const tests = [0, 2].slice(0, operand.length / 2).map((index) => {
    const compare = COMPARISONS[String(operand[index])];
    const bound: unknown = operand[index + 1];
    if (!compare || typeof bound !== "number") throw invalidOperand(path, "numeric", operand, expected);
    return (value: number) => compare(value, bound);
  });
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

function wildcard(glob: string, path: string): RegExp {
  if (/(?<!\\)(?:\\\\)*\*\*/.test(glob)) throw invalidOperand(path, "wildcard", glob, "no two * in a row");
  const source = glob.replace(/\\([*\\])|[\s\S]/g, (token: string, escaped?: string) =>
    token === "*" ? ".*" : (escaped ?? token).replace(/[.*+?^${}()|[\]\\]/, "\\$&"),
  );
  return new RegExp(`^${source}$`, "s");
}

function equals(expected: unknown, path: string): ValueTest {
  if (expected !== null && !["string", "number", "boolean"].includes(typeof expected)) {
    throw new InvalidEventPattern(
      `${path} lists ${show(expected)}: give text, a number, true, false, null or an operator.`,
    );
  }
  return (value) => value === expected;
}

function leavesOf(value: unknown): unknown[] {
  return [value].flat(Number.POSITIVE_INFINITY).filter((leaf) => leaf !== undefined && !isObject(leaf));
}

function soleEntry(object: JsonObject, path: string): [string, unknown] {
  const [entry, ...others] = Object.entries(object);
  if (entry && others.length === 0) return entry;
  throw new InvalidEventPattern(`${path} lists ${show(object)}: give exactly one operator.`);
}

function text(operator: string, operand: unknown, path: string): string {
  if (typeof operand === "string") return operand;
  throw invalidOperand(path, operator, operand, "text");
}

function invalidOperand(
  path: string,
  operator: string,
  operand: unknown,
  expected: string,
): InvalidEventPattern {
  return new InvalidEventPattern(
    `${path} gives ${show(operand)} to the operator "${operator}": give ${expected}.`,
  );
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
