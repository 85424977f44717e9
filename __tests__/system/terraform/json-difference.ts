/** Steps from the root of a JSON document to a value. */
export type Path = readonly string[];

/** Where two JSON documents differ: the topmost value that only one of them has, or that isn't equal. */
export function difference(before: unknown, after: unknown, path: Path = []): Path[] {
  if (!isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after))
    return Object.is(before, after) ? [] : [path];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => difference(before[key], after[key], [...path, key]));
}

/** @param pattern steps joined by dots; `*` stands for any one step */
export function matches(path: Path, pattern: string): boolean {
  const steps = pattern.split(".");
  return steps.length === path.length && steps.every((step, index) => step === "*" || step === path[index]);
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
