import type { Synthesized } from "../synthesized";

/** cdktf's placeholders: `${TfToken[TOKEN.0]}` in strings, and numbers lower than any real value. */
export function unresolvedTokens(stack: Synthesized): string[] {
  const found: string[] = [];
  JSON.stringify(stack.json, (key, value) => {
    if (typeof value === "string" && /TfToken\[|\[object |undefined/.test(value))
      found.push(`${key} is ${value}`);
    if (typeof value === "number" && value < -1e280) found.push(`${key} is ${value}`);
    return value;
  });
  return found;
}
