import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { join, resolve } from "node:path";

export const PROJECT = resolve(__dirname, "../..");

/** How a command ended, and what it printed. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  /** @default the project */
  readonly cwd?: string;
  /** @default that of the tests */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a command, whatever its exit status.
 *
 * @throws Error if it doesn't start, or is killed
 */
export function run(
  command: string,
  parameters: readonly string[],
  { cwd = PROJECT, env = process.env }: RunOptions = {},
): Promise<Outcome> {
  return new Promise((done, fail) => {
    const options = { cwd, env, maxBuffer: 64 * 1024 * 1024 };
    execFile(command, parameters, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") fail(error);
      else done({ status: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** Runs a TypeScript file of the project in a process of its own. */
export function runScript(
  file: string,
  parameters: readonly string[],
  options?: RunOptions,
): Promise<Outcome> {
  return run(process.execPath, [join(PROJECT, "run.mjs"), file, ...parameters], options);
}

/**
 * Synthesizes the project's stacks into a new folder of the parent.
 *
 * @param settings the only ones: the tests don't depend on those of the person who runs them
 * @returns the directory that holds a directory for each stack, with its `cdk.tf.json` and assets
 */
export async function synthesize(parent: string, settings: Record<string, string> = {}): Promise<string> {
  const CDKTF_OUTDIR = await mkdtemp(join(parent, "cdktf-out-"));
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, ...settings, CDKTF_OUTDIR };
  const { status, stderr } = await runScript("main.ts", [], { env });
  if (status !== 0) throw new Error(`main.ts ended with ${status}: ${stderr}`);
  return join(CDKTF_OUTDIR, "stacks");
}

/** Synthesizes the pipeline. @returns the directory of its stack */
export async function synthesizePipeline(
  parent: string,
  settings: Record<string, string> = {},
): Promise<string> {
  return join(await synthesize(parent, settings), "media-pipeline");
}
