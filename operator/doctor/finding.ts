/** What is checked. Scripts read the names. */
export type Check =
  | "node"
  | "terraform"
  | "clock"
  | "account"
  | "region"
  | "lambda-quota"
  | "mediaconvert-quota"
  | "state-bucket"
  | "subscriptions"
  | "event-source-mapping"
  | "alarms";

/** What a check found. */
export interface Finding {
  readonly check: Check;
  /** `fix` stops the deployment or the pipeline, or hides its alarms; `unknown` couldn't be checked. */
  readonly verdict: "ok" | "fix" | "unknown";
  /** What was found, or why nothing could be. */
  readonly value: string;
  /** What would be ok. */
  readonly allowed: string;
  /** What to do; null if there is nothing to do. */
  readonly action: string | null;
}

/** The findings of one check. */
export class Subject {
  constructor(
    private readonly check: Check,
    private readonly allowed: string,
  ) {}

  ok(value: string): Finding {
    return { check: this.check, verdict: "ok", value, allowed: this.allowed, action: null };
  }

  fix(value: string, action: string): Finding {
    return { check: this.check, verdict: "fix", value, allowed: this.allowed, action };
  }

  unknown(value: string, action: string): Finding {
    return { check: this.check, verdict: "unknown", value, allowed: this.allowed, action };
  }

  /** The check's findings, or that it failed. */
  async attempt(examine: () => Promise<Finding | Finding[]>): Promise<Finding[]> {
    try {
      return [await examine()].flat();
    } catch (error) {
      const { name, message } = error as Error;
      const action = /AccessDenied|AuthorizationError/.test(name)
        ? "Sign in with OperatorReadPolicy or OperatorActPolicy, in its newest version, or as an administrator."
        : "Run this again.";
      return [this.unknown(`Couldn't be checked: ${name}: ${message.replace(/\.$/, "")}`, action)];
    }
  }
}
