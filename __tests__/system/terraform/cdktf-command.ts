import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Outcome, PROJECT, run } from "../commands";
import { offline } from "./offline-changes";
import { findProvider } from "./required-tools";
import type { Workspace } from "./workspace";

type Verb = "deploy" | "diff" | "destroy";

/** The project's `cdktf` command, on synthesized output with the offline changes. */
export class CdktfCommand {
  private constructor(
    private readonly directory: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /**
   * @param stackDirectory of a stack that has no Lambda functions
   * @param workspace whose Terraform settings and endpoints the command uses
   */
  static async create(stackDirectory: string, workspace: Workspace): Promise<CdktfCommand> {
    const outputDirectory = dirname(dirname(stackDirectory));
    const directory = `${outputDirectory}-cdktf`;
    await mkdir(directory);
    await cp(join(PROJECT, "cdktf.json"), join(directory, "cdktf.json"));
    await cp(outputDirectory, join(directory, "cdktf.out"), { recursive: true });
    const stack = join(directory, "cdktf.out", stackDirectory.slice(outputDirectory.length), "cdk.tf.json");
    const document = JSON.parse(await readFile(stack, "utf8"));
    const tools = { providerVersion: findProvider().version, zips: new Map() };
    await writeFile(stack, JSON.stringify(offline(document, tools)));
    return new CdktfCommand(directory, workspace.environment);
  }

  run(verb: Verb, stack: string): Promise<Outcome> {
    const approve = verb === "diff" ? [] : ["--auto-approve"];
    // The provider's mirror has one platform, and `terraform providers lock` would ask the registry for others.
    const options = ["--skip-synth", "--skip-provider-lock", "--no-color", ...approve];
    return run(process.execPath, [join(PROJECT, "node_modules/.bin/cdktf"), verb, stack, ...options], {
      cwd: this.directory,
      env: { ...this.environment, CI: "1" },
    });
  }
}
