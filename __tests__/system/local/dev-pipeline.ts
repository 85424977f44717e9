import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

export const PROJECT = resolve(__dirname, "../../..");
const TSX = join(PROJECT, "node_modules", ".bin", "tsx");

const outputs: string[] = [];

/**
 * Synthesizes the stack with its defaults into a folder of the test's own, so that tests that run at the same time
 * don't write over each other's. It is removed after the last test of the file.
 *
 * @returns where `cdk.tf.json` lies
 */
export async function synthesizeProject(): Promise<string> {
  const CDKTF_OUTDIR = await mkdtemp(join(tmpdir(), "cdktf-out-"));
  outputs.push(CDKTF_OUTDIR);
  await promisify(execFile)(TSX, ["main.ts"], { cwd: PROJECT, env: { ...process.env, CDKTF_OUTDIR } });
  return join(CDKTF_OUTDIR, "stacks", "media-pipeline");
}

afterAll(async () => {
  for (const output of outputs.splice(0)) await rm(output, { recursive: true });
});

/** `npm run dev`, running in a process of its own as a user has it, on a free port. */
export class DevPipeline {
  private constructor(
    readonly endpointUrl: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param dataDirectory kept from one start to the next */
  static async start(dataDirectory: string, ...options: string[]): Promise<DevPipeline> {
    const commandLine = [
      join(PROJECT, "local", "cli", "dev.ts"),
      "--port",
      "0",
      "--data",
      dataDirectory,
      ...options,
    ];
    const child = spawn(process.execPath, ["--import", "tsx", ...commandLine], {
      cwd: PROJECT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
    const ended = once(child, "exit");
    for (;;) {
      const endpointUrl = /is up at (http:\S+?)\. /.exec(printed)?.[1];
      if (endpointUrl !== undefined) return new DevPipeline(endpointUrl, child);
      const progress = await Promise.race([once(child.stdout, "data"), ended.then(() => "ended")]);
      if (progress === "ended") throw new Error(`npm run dev ended: ${printed}`);
    }
  }

  /** Ctrl-C, or another signal. @returns the exit status */
  async interrupt(signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
    const exit = once(this.child, "exit");
    this.child.kill(signal);
    const [status] = await exit;
    return status as number | null;
  }
}
