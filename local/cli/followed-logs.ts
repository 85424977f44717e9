import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment } from "../../operator/deployment";
import { describeLine, logLines } from "../../operator/function-logs";

const POLL_MS = 1000;

/** Prints what the functions log from now on, until the signal aborts. */
export async function followLogs(
  deployment: Deployment,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let since = Date.now();
  while (!signal.aborted) {
    const lines = await logLines(deployment, { text: "", since });
    for (const line of lines) print(`${line.functionName}: ${describeLine(line)}`);
    const newest = lines.at(-1)?.at;
    if (newest !== undefined) since = newest + 1;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}
