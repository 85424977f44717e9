import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { environmentOf } from "./functions";
import type { Row } from "./table";

const PROJECT = resolve(__dirname, "..");
const EVENTS = { "media-processor": "an upload", "status-updater": "a status event" };

/** What a warm function takes for an event beside the SDK's calls. */
export async function measureWarmFunctions(stackDirectory: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, event] of Object.entries(EVENTS)) {
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
    const value = Number(stderr.trim().split("\n").at(-1));
    rows.push({ what: `${name}, its own time for ${event} when warm`, value, unit: "ms", aim: 1 });
  }
  return rows;
}
