import { type Shape, shapeNamed } from "../../fixtures/service-model";

/** One sentence for each member of a CreateJob request that MediaConvert's own model doesn't allow. */
export function violationsOf(request: object): string[] {
  // As the SDK sends it: without undefined members.
  return [...violations("", JSON.parse(JSON.stringify(request)), "CreateJobRequest")];
}

function* violations(path: string, value: unknown, name: string): Generator<string> {
  const shape = shapeNamed(name);
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
      return yield* outOfRange(path, value, shape);
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
