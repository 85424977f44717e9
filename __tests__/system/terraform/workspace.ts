import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Review, reviewPlan } from "plan-review/review";
import { parsePlan } from "plan-review/terraform-plan";
import { PROVIDER_LOCK } from "../../../constructs/provider-lock";
import { type Outcome, PROJECT, run } from "../commands";
import type { TerraformJson } from "./offline-changes";
import { makeOffline, offlineEnvironment } from "./offline-stack";

export interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly { severity: string; summary: string; detail: string }[];
}

export interface Plan {
  /** 0: no changes; 2: changes. */
  readonly status: number;
  /** The change of each managed resource that has one, sorted by address. */
  readonly changes: readonly { address: string; action: "create" | "update" | "replace" | "delete" }[];
}

/** The arguments that a resource will have; `unknown` are those that only apply will know. */
export interface PlannedResource {
  readonly address: string;
  readonly known: TerraformJson;
  readonly unknown: TerraformJson;
}

/** Most of an apply is the provider's fixed waits, which run in parallel. */
const PARALLEL = "-parallelism=60";

/** A directory in which the real Terraform and the project's `cdktf` run a synthesized stack. */
export class Workspace {
  private copies = 0;

  private constructor(
    /** Where cdktf runs: it holds `cdktf.json` and `cdktf.out/`. */
    private readonly root: string,
    private readonly stack: string,
    /** The variables that Terraform gets. */
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Where Terraform runs. */
  private get directory(): string {
    return join(this.root, "cdktf.out/stacks", this.stack);
  }

  /**
   * @param parent the directory to create it in
   * @param stack the name of the stack that it runs
   * @param environment the variables that Terraform and its providers get besides PATH: endpoints, for example
   */
  static async create(
    parent: string,
    stack: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Workspace> {
    const root = await mkdtemp(join(parent, "workspace-"));
    return new Workspace(root, stack, { ...(await offlineEnvironment(root)), ...environment });
  }

  /** A workspace with the same providers and the same state, which can plan at the same time. */
  async copy(): Promise<Workspace> {
    this.copies += 1;
    const root = `${this.root}-copy-${this.copies}`;
    await cp(this.root, root, { recursive: true, verbatimSymlinks: true });
    return new Workspace(root, this.stack, this.environment);
  }

  /**
   * Replaces the stack and keeps the state.
   *
   * @param stackDirectory holds `cdk.tf.json` and `assets/`
   * @param inject breaks the stack on purpose
   */
  async load(stackDirectory: string, inject?: (document: TerraformJson) => void): Promise<void> {
    // The mirror has another version of the provider than the committed lock file.
    const filter = (source: string) => basename(source) !== PROVIDER_LOCK;
    await cp(stackDirectory, this.directory, { recursive: true, filter });
    await this.announceToCdktf(dirname(dirname(stackDirectory)));
    await makeOffline(this.directory, inject);
  }

  /** Writes what cdktf needs in order to find the stack, and no other. */
  private async announceToCdktf(output: string): Promise<void> {
    const manifest = JSON.parse(await readFile(join(output, "manifest.json"), "utf8"));
    const own = { ...manifest, stacks: { [this.stack]: manifest.stacks[this.stack] } };
    await writeFile(join(this.root, "cdktf.out/manifest.json"), JSON.stringify(own));
    await cp(join(PROJECT, "cdktf.json"), join(this.root, "cdktf.json"));
  }

  /** Runs the project's `cdktf` on the loaded stack, without a person's approval. @returns what it prints */
  async cdktf(verb: "deploy" | "diff" | "destroy"): Promise<string> {
    const approved = verb === "diff" ? [] : ["--auto-approve", "--terraform-parallelism=60"];
    // The provider's mirror has one platform, and `terraform providers lock` would ask the registry for others.
    const options = ["--skip-synth", "--skip-provider-lock", "--no-color", ...approved];
    const command = [join(PROJECT, "node_modules/.bin/cdktf"), verb, this.stack, ...options];
    const env = { ...this.environment, CI: "1" };
    return succeeded(await run(process.execPath, command, { cwd: this.root, env })).stdout;
  }

  async init(): Promise<void> {
    succeeded(await this.terraform("init", "-input=false", "-no-color"));
  }

  async validate(): Promise<Validation> {
    return JSON.parse((await this.terraform("validate", "-json")).stdout);
  }

  async plan(...options: string[]): Promise<Plan> {
    const flags = ["-out=plan", "-detailed-exitcode", "-json", "-input=false", PARALLEL, ...options];
    const planned = await this.terraform("plan", ...flags);
    if (planned.status !== 2) succeeded(planned);
    const changes = planned.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line): TerraformJson => JSON.parse(line))
      .filter(({ type, change }) => type === "planned_change" && !change.resource.addr.startsWith("data."))
      .map(({ change }) => ({ address: change.resource.addr, action: change.action }));
    changes.sort((a, b) => (a.address < b.address ? -1 : 1));
    return { status: planned.status, changes };
  }

  /** The last plan, in full. */
  async planned(): Promise<PlannedResource[]> {
    const { stdout } = succeeded(await this.terraform("show", "-json", "plan"));
    const changes: TerraformJson[] = JSON.parse(stdout).resource_changes;
    return changes.map(({ address, change }) => ({
      address,
      known: change.after,
      unknown: change.after_unknown,
    }));
  }

  /** What a reviewer is told of the last plan. */
  async review(): Promise<Review> {
    const { stdout } = succeeded(await this.terraform("show", "-json", "plan"));
    return reviewPlan(parsePlan(stdout, "The plan"));
  }

  /** Applies the last plan. */
  async apply(): Promise<undefined> {
    succeeded(await this.terraform("apply", "-input=false", "-no-color", PARALLEL, "plan"));
  }

  async destroy(...options: string[]): Promise<void> {
    const flags = ["-auto-approve", "-input=false", "-no-color", "-refresh=false", PARALLEL, ...options];
    succeeded(await this.terraform("destroy", ...flags));
  }

  async outputs(): Promise<Record<string, string>> {
    const { stdout } = succeeded(await this.terraform("output", "-json"));
    const outputs: [string, { value: string }][] = Object.entries(JSON.parse(stdout));
    return Object.fromEntries(outputs.map(([name, { value }]) => [name, value]));
  }

  /** The address of each resource that Terraform manages. */
  async managed(): Promise<string[]> {
    const { stdout } = succeeded(await this.terraform("state", "list"));
    return stdout.split("\n").filter((address) => address !== "" && !address.startsWith("data."));
  }

  private terraform(...parameters: string[]): Promise<Outcome> {
    return run("terraform", parameters, { cwd: this.directory, env: this.environment });
  }
}

function succeeded(outcome: Outcome): Outcome {
  if (outcome.status === 0) return outcome;
  // Terraform quotes the whole document, which is one line.
  const said = (outcome.stderr || outcome.stdout).replace(/^ +1: .*$/gm, "");
  throw new Error(`The command ended with ${outcome.status}:\n${said}`);
}
