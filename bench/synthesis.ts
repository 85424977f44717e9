import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fastestUsages, measureNode } from "./measured-process";
import type { Row } from "./table";

const PROJECT = resolve(__dirname, "..");
const CACHE = join(PROJECT, "node_modules/.cache/media-pipeline");

/**
 * @param settings of the pipeline, as environment variables
 * @returns the directory of the pipeline's stack
 */
export async function synthesizeTo(
  directory: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = { ...process.env, ...settings, CDKTF_OUTDIR: join(directory, "cdktf.out") };
  await measureNode(["run.mjs", "main.ts"], { cwd: PROJECT, env });
  return join(env.CDKTF_OUTDIR, "stacks", "media-pipeline");
}

/**
 * Synthesis, relative to its floor: Node.js loading CDKTF and the provider's modules that the stacks import, and nothing else.
 */
export async function measureSynthesis(directory: string, runs: number): Promise<Row[]> {
  const floorFile = join(PROJECT, "node_modules/.cache/media-pipeline-floor.cjs");
  await writeFile(floorFile, (await importedModules()).map((name) => `require("${name}");`).join("\n"));
  const env = { ...process.env, CDKTF_OUTDIR: await mkdtemp(join(directory, "cdktf.out-")) };
  const synthesize = () => measureNode(["run.mjs", "main.ts"], { cwd: PROJECT, env });

  const { floor, fromNothing, unchanged } = await fastestUsages(runs, {
    floor: () => measureNode([floorFile], { cwd: PROJECT }),
    fromNothing: async () => {
      await rm(CACHE, { recursive: true, force: true });
      return synthesize();
    },
    unchanged: synthesize,
  });
  await rm(floorFile);
  const row = (what: string, value: number, aim: number, limit: number): Row => ({
    what: `synthesis ${what}`,
    value,
    aim,
    limit,
  });
  return [
    row("from nothing, wall clock", fromNothing.wallMs / floor.wallMs, 2.5, 6),
    row("of unchanged sources, wall clock", unchanged.wallMs / floor.wallMs, 2, 3),
    row("of unchanged sources, processor time", unchanged.cpuMs / floor.cpuMs, 2, 3),
    row("of unchanged sources, memory", unchanged.peakBytes / floor.peakBytes, 2, 2),
  ];
}

/** CDKTF and the provider's modules that `constructs/` imports. */
async function importedModules(): Promise<string[]> {
  const files = await readdir(join(PROJECT, "constructs"), { recursive: true });
  const names = new Set(["cdktf"]);
  for (const file of files.filter((name) => name.endsWith(".ts"))) {
    const source = await readFile(join(PROJECT, "constructs", file), "utf8");
    for (const [name] of source.matchAll(/@cdktf\/provider-[a-z]+\/lib\/[a-z0-9-]+/g)) names.add(name);
  }
  return [...names];
}
