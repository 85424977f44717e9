import { type FSWatcher, mkdirSync, rmSync, watch } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { LocalPipeline } from "../pipeline";
import { PROJECT } from "./arguments";
import { UsageError } from "./run-command";
import { synthesizeInto } from "./synthesis";

/** In the data directory. */
const BUILDS = "cdktf.reload";
/** An editor writes a file in several steps. */
const SETTLE_MS = 200;

/**
 * Builds the functions again whenever a file of `lambdas/` changes, by another synthesis, and deploys what differs. Code
 * that can't be built changes nothing.
 */
export class CodeReload {
  private readonly watcher: FSWatcher;
  private timer?: NodeJS.Timeout;
  private running = Promise.resolve();
  private builds = 0;

  /** @param print gets a sentence for each build */
  constructor(
    private readonly pipeline: Pick<LocalPipeline, "updateCode">,
    private readonly dataDirectory: string,
    private readonly settings: NodeJS.ProcessEnv,
    private readonly print: (sentence: string) => void,
  ) {
    rmSync(join(dataDirectory, BUILDS), { recursive: true, force: true });
    // cdktf makes no parent directory.
    mkdirSync(join(dataDirectory, BUILDS));
    this.watcher = watch(join(PROJECT, "lambdas"), { recursive: true }, () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.running = this.running.then(() => this.reload());
      }, SETTLE_MS);
    });
  }

  async stop(): Promise<void> {
    this.watcher.close();
    clearTimeout(this.timer);
    await this.running;
  }

  private async reload(): Promise<void> {
    this.builds += 1;
    // Functions that stayed as they were still have their code in the folder of an earlier build.
    const folder = join(BUILDS, String(this.builds));
    try {
      const { stackDirectory } = await synthesizeInto(this.dataDirectory, this.settings, { folder });
      const names = this.pipeline.updateCode(stackDirectory);
      if (names.length > 0) return this.print(`New code: ${names.join(", ")}.`);
      this.print("The change of lambdas/ makes no difference to a function.");
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.print(`${error.message}\nThe functions keep their code.`);
    }
    await rm(join(this.dataDirectory, folder), { recursive: true, force: true });
  }
}
