import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const PROJECT = resolve(__dirname, "../../..");
const run = promisify(execFile);

/** Synthesizes the pipeline into a folder of the test's own. @returns where its `cdk.tf.json` lies */
export async function synthesize(folder: string): Promise<string> {
  const output = join(folder, "cdktf.out");
  await run(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: PROJECT,
    env: { ...process.env, CDKTF_OUTDIR: output },
  });
  return join(output, "stacks", "media-pipeline");
}

/** Runs a TypeScript file of the project. @returns its standard output */
export async function runScript(file: string, ...commandLine: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ["--import", "tsx", file, ...commandLine], {
    cwd: PROJECT,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
