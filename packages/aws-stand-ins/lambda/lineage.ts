import { createHash, randomBytes } from "node:crypto";

/** Lambda stops a function at its 17th invocation in one chain of requests. */
const MAXIMUM_RECURSION = 16;

/**
 * How often each function has invoked itself in one chain of requests, by a hash of its ARN. It travels in the trace
 * header: the SDK copies the header of the invocation to the calls that the function makes, and SQS delivers it with
 * the message. Sources: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html,
 * https://aws.amazon.com/blogs/compute/detecting-and-stopping-recursive-loops-in-aws-lambda-functions/
 */
export class Lineage {
  static readonly NONE = new Lineage(new Map());

  private constructor(private readonly counts: ReadonlyMap<string, number>) {}

  /** @param traceHeaders of the messages that invoke a function together; of each function, the highest count holds */
  static of(traceHeaders: readonly string[]): Lineage {
    const counts = new Map<string, number>();
    for (const header of traceHeaders) {
      const entries = /(?:^|;)Lineage=([^;]+)/.exec(header)?.[1]?.split("|") ?? [];
      for (const entry of entries) {
        const [hash = "", count = "0"] = entry.split(":");
        counts.set(hash, Math.max(Number(count), counts.get(hash) ?? 0));
      }
    }
    return new Lineage(counts);
  }

  /** With one more invocation of the function, which counts as 0 if it is the first. */
  invoking(functionArn: string): Lineage {
    const hash = hashOf(functionArn);
    const count = this.counts.get(hash);
    return new Lineage(new Map(this.counts).set(hash, count === undefined ? 0 : count + 1));
  }

  /** Whether Lambda stops the function, unless its recursion configuration is `Allow`. */
  isLoopOf(functionArn: string): boolean {
    return (this.counts.get(hashOf(functionArn)) ?? 0) >= MAXIMUM_RECURSION;
  }

  /**
   * The trace header of an invocation.
   * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
   */
  traceHeader(isSampled: boolean): string {
    const seconds = Math.floor(Date.now() / 1000).toString(16);
    const lineage = [...this.counts].map(([hash, count]) => `${hash}:${count}`).join("|");
    return `Root=1-${seconds}-${randomBytes(12).toString("hex")};Parent=${randomBytes(8).toString("hex")};Sampled=${isSampled ? 1 : 0};Lineage=${lineage}`;
  }
}

function hashOf(functionArn: string): string {
  return createHash("sha256").update(functionArn).digest("hex").slice(0, 8);
}
