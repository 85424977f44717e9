import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Review, reviewPlan } from "plan-review/review";
import { parsePlan } from "plan-review/terraform-plan";
import { type Outcome, run } from "../commands";
import { lambdaZip } from "./lambda-zip";
import { offline, type TerraformJson } from "./offline-changes";
import { findProvider } from "./required-tools";

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

/** A directory in which the real Terraform runs a synthesized stack. */
export class Workspace {
  private copies = 0;

  private constructor(
    private readonly directory: string,
    /** The variables that Terraform gets. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param parent the directory to create it in
   * @param environment the variables that Terraform and its providers get besides PATH: endpoints, for example
   */
  static async create(
    parent: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Workspace> {
    const directory = await mkdtemp(join(parent, "workspace-"));
    const configuration = join(directory, "terraform.rc");
    const { mirror } = findProvider();
    await writeFile(
      configuration,
      mirror === undefined
        ? ""
        : `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
    );
    return new Workspace(directory, {
      PATH: process.env.PATH ?? "",
      // Neither the user's credentials nor the user's Terraform settings.
      HOME: directory,
      TF_CLI_CONFIG_FILE: configuration,
      TF_IN_AUTOMATION: "1",
      CHECKPOINT_DISABLE: "1",
      ...environment,
    });
  }

  /** A workspace with the same providers and the same state, which can plan at the same time. */
  async copy(): Promise<Workspace> {
    this.copies += 1;
    const directory = `${this.directory}-copy-${this.copies}`;
    await cp(this.directory, directory, { recursive: true, verbatimSymlinks: true });
    return new Workspace(directory, this.environment);
  }

  /**
   * Replaces the stack and keeps the state.
   *
   * @param stackDirectory holds `cdk.tf.json` and `assets/`
   * @param inject breaks the stack on purpose
   */
  async load(stackDirectory: string, inject?: (document: TerraformJson) => void): Promise<void> {
    await cp(stackDirectory, this.directory, { recursive: true });
    const document = JSON.parse(await readFile(join(stackDirectory, "cdk.tf.json"), "utf8"));
    inject?.(document);
    const zips = new Map<string, string>();
    for (const [name, archive] of Object.entries<TerraformJson>(document.data?.archive_file ?? {})) {
      const zip = await lambdaZip("index.js", await readFile(join(stackDirectory, archive.source_file)));
      await writeFile(join(this.directory, archive.output_path), zip.content);
      zips.set(name, zip.sha256);
    }
    const runnable = offline(document, { providerVersion: findProvider().version, zips });
    await writeFile(join(this.directory, "cdk.tf.json"), JSON.stringify(runnable));
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
  async apply(): Promise<void> {
    succeeded(await this.terraform("apply", "-input=false", "-no-color", PARALLEL, "plan"));
  }

  async destroy(): Promise<void> {
    const flags = ["-auto-approve", "-input=false", "-no-color", "-refresh=false", PARALLEL];
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
  throw new Error(`terraform ended with ${outcome.status}:\n${outcome.stderr || outcome.stdout}`);
}
