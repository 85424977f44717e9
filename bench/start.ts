import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
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
  const floors: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    runs.push(await startOnce(data));
    floors.push(await firstLine(startNpm([], await scriptThatOnlyPrints(directory))));
  }
  const screen = medianOf(runs.map((times) => times.screen));
  return [
    {
      what: "`npm start`, from Enter to the first line on the screen, to that of npm running `echo`",
      value: screen / medianOf(floors),
      limit: 2,
    },
    {
      what: "`npm start`, from Enter to the first line on the screen",
      value: screen,
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

const startNpm = (parameters: readonly string[], cwd: string) =>
  spawn("npm", ["start", ...parameters], { cwd, stdio: ["ignore", "ignore", "pipe"] });

async function scriptThatOnlyPrints(directory: string): Promise<string> {
  const project = await mkdtemp(join(directory, "echo-"));
  await writeFile(
    join(project, "package.json"),
    JSON.stringify({ scripts: { start: "echo Starting… >&2" } }),
  );
  return project;
}

/** When a child that has just been started prints the script's first line, in seconds. npm's own lines go to standard output. */
async function firstLine({ stderr }: ChildProcess): Promise<number> {
  const began = performance.now();
  if (stderr === null) throw new Error("The child has no standard error.");
  await once(stderr, "data");
  return (performance.now() - began) / 1000;
}

async function startOnce(data: string): Promise<Times> {
  const changedBefore = uploadsChanged(data);
  const began = performance.now();
  const passed = () => (performance.now() - began) / 1000;
  const child = startNpm(["--", "--instant", "--data", data], PROJECT);
  const closed = once(child, "close");
  const printed = firstLine(child);
  let upload = 0;
  while (child.exitCode === null && upload === 0) {
    await sleep(5);
    if (uploadsChanged(data) !== changedBefore) upload = passed();
  }
  const [status] = await closed;
  if (status !== 0) throw new Error(`npm start ended with ${status}`);
  return { screen: await printed, upload };
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
