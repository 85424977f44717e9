/** Whether a text fits a pattern in which `*` stands for any characters and `?` for any one. */
export function fits(pattern: string, text: string): boolean {
  const expression = pattern
    .split(/([*?])/)
    .map((part) => (part === "*" ? ".*" : part === "?" ? "." : part.replace(/[\\^$.|+()[\]{}]/g, "\\$&")))
    .join("");
  return new RegExp(`^${expression}$`, "su").test(text);
}

/** Actions know no case: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
export function fitsAction(pattern: string, action: string): boolean {
  return fits(pattern.toLowerCase(), action.toLowerCase());
}

/**
 * Whether an ARN fits a pattern. A wildcard reaches no further than the next colon, except in the resource's own
 * part, the sixth; `*` alone stands for everything.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function fitsArn(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const patterns = partsOf(pattern);
  const parts = partsOf(arn);
  return patterns.length === parts.length && patterns.every((one, index) => fits(one, parts[index] ?? ""));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(":")] : [])];
}
