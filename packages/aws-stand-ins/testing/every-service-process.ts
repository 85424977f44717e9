import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RUN = join(__dirname, "../../../run.mjs");
const SCRIPT = join(__dirname, "every-service.ts");

/**
 * Every service behind one gateway in a process of its own, which can import ES modules and may die. A role that may do
 * everything signs with `worker-key`; any other key is the administrator's.
 */
export class EveryServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    /** What the process wrote to standard error. */
    private readonly complaints: readonly string[],
    /** The gateway's. */
    readonly endpoint: string,
    /** Of a distribution in front of S3. */
    readonly distributionUrl: string,
  ) {}

  static async start(): Promise<EveryServiceProcess> {
    const directory = await mkdtemp(join(tmpdir(), "every-service-"));
    const child = spawn(process.execPath, [RUN, SCRIPT, directory]);
    const complaints: string[] = [];
    child.stderr.on("data", (chunk) => complaints.push(String(chunk)));
    const [urls] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    if (child.exitCode !== null) throw new Error(complaints.join(""));
    const [endpoint = "", distributionUrl = ""] = String(urls).trim().split(" ");
    return new EveryServiceProcess(child, directory, complaints, endpoint, distributionUrl);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null;
  }

  get standardError(): string {
    return this.complaints.join("");
  }

  async stop(): Promise<void> {
    this.child.kill();
    if (this.isRunning) await once(this.child, "exit");
    await rm(this.directory, { recursive: true });
  }
}
