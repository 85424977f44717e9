import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { environmentOf } from "./functions";
import type { Row } from "./table";

const PROJECT = resolve(__dirname, "..");
const FUNCTIONS = {
  "media-processor": { event: "an upload", limit: 12 },
  "status-updater": { event: "a status event", limit: 3 },
};

/**
 * What a warm function takes for an event beside the SDK's calls, and how many times as long as an invocation that only
 * writes a line of the log and the metrics.
 */
export async function measureWarmFunctions(stackDirectory: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, { event, limit }] of Object.entries(FUNCTIONS)) {
    const environment = await environmentOf(name, stackDirectory);
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ["run.mjs", "bench/warm-handler.ts", name],
      {
        cwd: PROJECT,
        env: { ...process.env, ...environment, AWS_REGION: "eu-south-2" },
        maxBuffer: 64 * 2 ** 20,
      },
    );
    const [value, floor] = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as [number, number];
    rows.push(
      { what: `${name}, its own time for ${event} when warm`, value, unit: "ms", aim: 1 },
      { what: `${name}, that time to a log line's and the metrics'`, value: value / floor, limit },
    );
  }
  return rows;
}
