import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PROJECT } from "../commands";

/** `npm run dev` in a process of its own, on a free port. */
export class DevPipeline {
  private constructor(
    readonly endpointUrl: string,
    private readonly child: ChildProcess,
    /** What it has printed so far. */
    readonly printed: () => string,
  ) {}

  /** @param dataDirectory kept from one start to the next */
  static start(dataDirectory: string, ...options: string[]): Promise<DevPipeline> {
    return DevPipeline.startWith({}, dataDirectory, ...options);
  }

  /** @param settings of the stack */
  static async startWith(
    settings: Record<string, string>,
    dataDirectory: string,
    ...options: string[]
  ): Promise<DevPipeline> {
    const commandLine = ["run.mjs", "local/cli/dev.ts", "--port", "0"];
    const child = spawn(process.execPath, [...commandLine, "--data", dataDirectory, ...options], {
      cwd: PROJECT,
      env: { ...process.env, ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
    const ended = once(child, "exit");
    for (;;) {
      const endpointUrl = /is up at (http:\S+?)\. /.exec(printed)?.[1];
      if (endpointUrl !== undefined) return new DevPipeline(endpointUrl, child, () => printed);
      const progress = await Promise.race([once(child.stdout, "data"), ended.then(() => "ended")]);
      if (progress === "ended") throw new Error(`npm run dev ended: ${printed}`);
    }
  }

  /** Sends the signal that Ctrl-C sends, or another. @returns the exit status */
  async interrupt(signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
    const exit = once(this.child, "exit");
    this.child.kill(signal);
    const [status] = await exit;
    return status as number | null;
  }
}
