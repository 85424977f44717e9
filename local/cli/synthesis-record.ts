import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stampOfLastBuild } from "../../build-cache.cjs";
import { PROJECT } from "./arguments";

/** The builds that a synthesis uses. */
const BUILDS = ["main.ts", "lambdas"];
/** What a synthesis reads besides the sources that are built. */
const FILES = ["run.mjs", "cdktf.json", ".terraform.lock.hcl", "node_modules/.package-lock.json"];

/** From what the last synthesis into a directory was made, so that the same isn't made again. */
export class SynthesisRecord {
  private readonly file: string;

  /**
   * @param directory `cdktf.out`
   * @param environment of the synthesis
   * @param files that its settings name
   */
  constructor(
    private readonly directory: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly files: readonly string[],
  ) {
    this.file = join(directory, "synthesized-from");
  }

  /** Whether another synthesis would write what the directory holds. */
  isCurrent(): boolean {
    const fingerprint = this.fingerprint();
    return fingerprint !== undefined && fingerprint === contentOf(this.file);
  }

  /** Before a synthesis, which may fail halfway. */
  remove(): void {
    rmSync(this.file, { force: true });
  }

  /** After a synthesis. Records nothing if a source has changed since it was built. */
  write(): void {
    const fingerprint = this.fingerprint();
    if (fingerprint !== undefined) writeFileSync(this.file, fingerprint);
  }

  /** Undefined if a source has changed since it was built. */
  private fingerprint(): string | undefined {
    const builds = BUILDS.map(stampOfLastBuild);
    if (builds.includes(undefined)) return undefined;
    // npm's own variables tell commands apart, and no setting starts like them.
    const environment = Object.entries(this.environment).filter(([name]) => !name.startsWith("npm_"));
    const files = [...FILES.map((name) => join(PROJECT, name)), ...this.files].map(contentOf);
    const parts = [process.version, builds, environment.sort(), files, this.stacks()];
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  }

  /** Size and time of change of each synthesized file. */
  private stacks(): string[] {
    const stacks = join(this.directory, "stacks");
    if (!existsSync(stacks)) return [];
    return readdirSync(stacks, { recursive: true, encoding: "utf8" }).map((name) => {
      const { size, mtimeMs } = statSync(join(stacks, name));
      return `${name} ${size} ${mtimeMs}`;
    });
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
