import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";

export const PROJECT = resolve(__dirname, "../..");
export const TSX = join(PROJECT, "node_modules", ".bin", "tsx");

/** `npm run dev`, running in a process of its own as a user has it, on a free port. */
export class DevPipeline {
  private constructor(
    readonly endpointUrl: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param dataDirectory kept from one start to the next */
  static async start(dataDirectory: string, ...options: string[]): Promise<DevPipeline> {
    const commandLine = [
      join(PROJECT, "local", "dev.ts"),
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

  /** Ctrl-C. @returns the exit status */
  async interrupt(): Promise<number | null> {
    const exit = once(this.child, "exit");
    this.child.kill("SIGINT");
    const [status] = await exit;
    return status as number | null;
  }
}
