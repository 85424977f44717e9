import { isDeepStrictEqual } from "node:util";
import { code } from "./code";
import { attributes, type Change, isMarked, isSensitive } from "./terraform-plan";

/** The attribute of a longer value is named without the value. */
const MAX_SHOWN_CHARACTERS = 60;

/** Each attribute that changes, in Markdown, without the values that Terraform marks as sensitive. */
export function attributeChanges(change: Change): string[] {
  const before = attributes(change.before);
  const after = attributes(change.after);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const forces = new Set(change.replace_paths.map(([attribute]) => attribute));
  return names.flatMap((name) => {
    const unknown = isMarked(change.after_unknown, name);
    if (!unknown && isDeepStrictEqual(before[name], after[name])) return [];
    const reason = forces.has(name) ? " (forces replacement)" : "";
    return `${code(name)}${values(change, name, unknown)}${reason}`;
  });
}

function values(change: Change, name: string, unknown: boolean): string {
  if (isSensitive(change, name)) return " (sensitive)";
  const before = shown(attributes(change.before)[name]);
  const after = unknown ? "(known after apply)" : shown(attributes(change.after)[name]);
  return before === undefined || after === undefined ? "" : ` ${before} → ${after}`;
}

function shown(value: unknown): string | undefined {
  const text = JSON.stringify(value ?? null);
  return text.length > MAX_SHOWN_CHARACTERS ? undefined : code(text);
}
