import { isDeepStrictEqual } from "node:util";
import { code } from "./code";
import { MASKED, masked } from "./masking";
import { attributes, type Change, isSensitive } from "./terraform-plan";

/** Something in a resource that changes. */
interface Leaf {
  /** The attribute, and the members of blocks and maps on the way. */
  readonly path: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
  /** Whether `after` is known only after apply. */
  readonly unknown: boolean;
}

/** A longer value isn't shown. */
const MAX_SHOWN_CHARACTERS = 60;

/** Each attribute that changes, in Markdown, without values that are sensitive or look like secrets. */
export function attributeChanges(change: Change): string[] {
  const before = attributes(change.before);
  const after = attributes(change.after);
  const unknown = change.after_unknown === true ? {} : attributes(change.after_unknown);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)])].sort();
  const forces = new Set(change.replace_paths.map(([attribute]) => attribute));
  return names.flatMap((name) => {
    const leaves = changedLeaves([name], before[name], after[name], unknown[name]);
    if (leaves.length === 0) return [];
    const reason = forces.has(name) ? " (forces replacement)" : "";
    if (isSensitive(change, name)) return [`${code(name)} (sensitive)${reason}`];
    return leaves.map((leaf) => `${code(leaf.path.join("."))}${transition(leaf)}${reason}`);
  });
}

/** Whether any attribute differs by more than the notation of nothing: null, "", an empty list or map. */
export function changesAnything({ before, after }: Change): boolean {
  return !isDeepStrictEqual(withoutNothing(before), withoutNothing(after));
}

function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutNothing);
  if (!isMap(value)) return value === null || value === "" ? undefined : value;
  const members = Object.entries(value)
    .map(([name, member]) => [name, withoutNothing(member)])
    .filter(([, member]) => member !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** The change of one output, or of another value without a resource. */
export function valueChange(name: string, change: Change): string {
  const isHidden = [change.before_sensitive, change.after_sensitive].some(
    (marks) => marks !== undefined && marks !== false && JSON.stringify(marks).includes("true"),
  );
  const unknown = change.after_unknown === true;
  const { before, after } = change;
  return `${code(name)}${isHidden ? " (sensitive)" : transition({ path: [name], before, after, unknown })}`;
}

function changedLeaves(path: readonly string[], before: unknown, after: unknown, unknown: unknown): Leaf[] {
  if (unknown === true) return [{ path, before, after, unknown: true }];
  const [old, fresh, marks] = [before, after, unknown].map(onlyBlock);
  if (isMap(old) && isMap(fresh)) {
    const marked = attributes(marks);
    const names = new Set([...Object.keys(old), ...Object.keys(fresh), ...Object.keys(marked)]);
    return [...names]
      .sort()
      .flatMap((name) => changedLeaves([...path, name], old[name], fresh[name], marked[name]));
  }
  return isDeepStrictEqual(before, after) ? [] : [{ path, before, after, unknown: false }];
}

/** Terraform lists blocks, also those of which a resource has one at most. */
function onlyBlock(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function transition({ path, before, after, unknown }: Leaf): string {
  const [old, fresh] = [before, after].map((value) => shown(masked(path, value)));
  if (old === undefined || (fresh === undefined && !unknown)) return "";
  return ` ${old} → ${unknown ? "(known after apply)" : fresh}`;
}

function shown(value: unknown): string | undefined {
  if (value === MASKED) return MASKED;
  const text = JSON.stringify(value ?? null);
  return text.length > MAX_SHOWN_CHARACTERS ? undefined : code(text);
}
