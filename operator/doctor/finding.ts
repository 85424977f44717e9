/** What a check found. */
export interface Finding {
  /** `fix` stops the deployment or hides its alarms; `unknown` couldn't be checked. */
  readonly verdict: "ok" | "fix" | "unknown";
  /** What was found and, unless it is ok, what to do. */
  readonly message: string;
}

export const ok = (message: string): Finding => ({ verdict: "ok", message });
export const fix = (message: string): Finding => ({ verdict: "fix", message });
export const unknown = (message: string): Finding => ({ verdict: "unknown", message });
