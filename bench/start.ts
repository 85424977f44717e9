import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { medianOf, type Row } from "./table";

const PROJECT = resolve(__dirname, "..");
const RUNS = 3;

/** `npm start` on its second run: from Enter to the first byte on the screen, and to that in the bucket. */
export async function measureStart(directory: string): Promise<Row[]> {
  const data = join(directory, "start");
  await startOnce(data);
  const runs: Times[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await startOnce(data));
  return [
    {
      what: "`npm start`, from Enter to the first line on the screen",
      value: medianOf(runs.map(({ screen }) => screen)),
      unit: "s",
      aim: 0.3,
    },
    {
      what: "`npm start` on its second run, from Enter to the first uploaded byte",
      value: medianOf(runs.map(({ upload }) => upload)),
      unit: "s",
      aim: 2,
    },
  ];
}

/** In seconds. */
interface Times {
  readonly screen: number;
  readonly upload: number;
}

async function startOnce(data: string): Promise<Times> {
  const changedBefore = uploadsChanged(data);
  const began = performance.now();
  const passed = () => (performance.now() - began) / 1000;
  const child = spawn("npm", ["start", "--", "--instant", "--data", data], { cwd: PROJECT });
  let [screen, upload] = [0, 0];
  for (const output of [child.stdout, child.stderr]) output.on("data", () => (screen ||= passed()));
  const closed = once(child, "close");
  while (child.exitCode === null && upload === 0) {
    await sleep(5);
    if (uploadsChanged(data) !== changedBefore) upload = passed();
  }
  const [status] = await closed;
  if (status !== 0) throw new Error(`npm start ended with ${status}`);
  return { screen, upload };
}

/** When the pipeline last recorded an upload; undefined before the first start with this data directory. */
function uploadsChanged(data: string): number | undefined {
  const store = join(data, "s3", ".store");
  try {
    const raw = readdirSync(store).find((bucket) => bucket.includes("raw"));
    return raw === undefined ? undefined : statSync(join(store, raw, "records")).mtimeMs;
  } catch {
    return undefined;
  }
}
