import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A shape of the service's model; `min` and `max` limit lengths of strings and lists, and integers. */
interface Shape {
  readonly type: "structure" | "list" | "map" | "string" | "integer" | "long" | "double" | "boolean";
  readonly members?: Readonly<Record<string, string>>;
  readonly required?: readonly string[];
  readonly member?: string;
  readonly value?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

const MODEL = join(__dirname, "..", "..", "fixtures", "mediaconvert-model.json");
const shapes: Readonly<Record<string, Shape>> = JSON.parse(readFileSync(MODEL, "utf8"));

/** One sentence for each member of a CreateJob request that MediaConvert's own model doesn't allow. */
export function violationsOf(request: object): string[] {
  // As the SDK sends it: without undefined members.
  return [...violations("", JSON.parse(JSON.stringify(request)), "CreateJobRequest")];
}

function* violations(path: string, value: unknown, name: string): Generator<string> {
  const shape = shapes[name];
  if (!shape) throw new Error(`The model has no shape ${name}.`);
  switch (shape.type) {
    case "structure":
      return yield* inStructure(path, value, shape);
    case "list":
      if (!Array.isArray(value)) return yield `${path}: not a list`;
      yield* outOfRange(path, value.length, shape);
      for (const [index, item] of value.entries()) {
        yield* violations(`${path}/${index}`, item, String(shape.member));
      }
      return;
    case "map":
      if (!isObject(value)) return yield `${path}: not a map`;
      for (const [key, item] of Object.entries(value)) {
        yield* violations(`${path}/${key}`, item, String(shape.value));
      }
      return;
    case "string":
      if (typeof value !== "string") return yield `${path}: not a string`;
      if (shape.enum && !shape.enum.includes(value)) yield `${path}: not one of ${shape.enum}`;
      if (shape.pattern && !new RegExp(shape.pattern).test(value))
        yield `${path}: doesn't match ${shape.pattern}`;
      return yield* outOfRange(path, value.length, shape);
    case "integer":
    case "long":
      if (!Number.isInteger(value)) return yield `${path}: not an integer`;
      return yield* outOfRange(path, Number(value), shape);
    case "double":
      if (typeof value !== "number") return yield `${path}: not a number`;
      return yield* outOfRange(path, value, rangeInName(name));
    case "boolean":
      if (typeof value !== "boolean") yield `${path}: not a boolean`;
  }
}

function* inStructure(
  path: string,
  value: unknown,
  { members = {}, required = [] }: Shape,
): Generator<string> {
  if (!isObject(value)) return yield `${path}: not a structure`;
  for (const member of required) if (!(member in value)) yield `${path}: lacks ${member}`;
  for (const [member, content] of Object.entries(value)) {
    const shape = members[member];
    if (shape === undefined) yield `${path}: no member ${member}`;
    else yield* violations(`${path}/${member}`, content, shape);
  }
}

function* outOfRange(
  path: string,
  value: number,
  { min, max }: Pick<Shape, "min" | "max">,
): Generator<string> {
  if (min !== undefined && value < min) yield `${path}: ${value} is below ${min}`;
  if (max !== undefined && value > max) yield `${path}: ${value} is above ${max}`;
}

/** The model states the ranges of doubles only in the names of their shapes, as in `__doubleMin0Max1`. */
function rangeInName(name: string): Pick<Shape, "min" | "max"> {
  const limit = (text: string | undefined) => (text ? Number(text.replace("Negative", "-")) : undefined);
  const [, min, max] = /^__double(?:Min((?:Negative)?\d+))?(?:Max((?:Negative)?\d+))?$/.exec(name) ?? [];
  return { min: limit(min), max: limit(max) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
