import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface Usage {
  readonly wallMs: number;
  /** The wall clock without the start of Node.js itself. */
  readonly runMs: number;
  /** Of the process and its ended children: user and system. */
  readonly cpuMs: number;
  /** The process's largest resident set, without its children. */
  readonly peakBytes: number;
}

const REPORT = join(__dirname, "report-usage.cjs");

/**
 * Runs Node.js to its end.
 *
 * @throws if it fails
 */
export async function measureNode(
  parameters: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Usage> {
  const began = performance.now();
  const child = spawn(process.execPath, ["--require", REPORT, ...parameters], {
    ...options,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let [errors, report] = ["", ""];
  child.stderr?.on("data", (chunk) => (errors += chunk));
  child.stdio[3]?.on("data", (chunk) => (report += chunk));
  const [status] = await once(child, "close");
  const wallMs = performance.now() - began;
  if (status !== 0) throw new Error(`node ${parameters.join(" ")} ended with ${status}: ${errors}`);
  return { wallMs, ...(JSON.parse(report) as Omit<Usage, "wallMs">) };
}

/**
 * Runs each measurement in turn. Whatever else the machine does makes a process slower, never faster.
 *
 * @returns the fastest of each
 */
export async function fastestUsages<Name extends string>(
  runs: number,
  measurements: Readonly<Record<Name, () => Promise<Usage>>>,
): Promise<Record<Name, Usage>> {
  const fastest: Partial<Record<Name, Usage>> = {};
  const names = Object.keys(measurements) as Name[];
  for (let run = 0; run < runs; run += 1) {
    for (const name of names) {
      const usage = await measurements[name]();
      if (usage.wallMs < (fastest[name]?.wallMs ?? Number.POSITIVE_INFINITY)) fastest[name] = usage;
    }
  }
  return fastest as Record<Name, Usage>;
}
