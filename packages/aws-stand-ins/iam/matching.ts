/** Whether a text matches a pattern, in which `*` stands for any characters and `?` for one. */
export function matches(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  const expression = pattern
    .split(/([*?])/)
    .map((part) => (part === "*" ? ".*" : part === "?" ? "." : part.replace(/[\\^$.|+()[\]{}]/g, "\\$&")))
    .join("");
  return new RegExp(`^${expression}$`, "su").test(text);
}

/** Actions are not case-sensitive: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
export function matchesAction(pattern: string, action: string): boolean {
  return matches(pattern.toLowerCase(), action.toLowerCase());
}

/**
 * Whether an ARN matches a pattern. A wildcard ends at the next colon, except in the sixth part, the resource;
 * `*` alone matches every ARN.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const patterns = partsOf(pattern);
  const parts = partsOf(arn);
  return patterns.length === parts.length && patterns.every((one, index) => matches(one, parts[index] ?? ""));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(":")] : [])];
}
