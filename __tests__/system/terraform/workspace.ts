import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lambdaZip } from "./lambda-zip";
import { offline, type TerraformJson } from "./offline-changes";
import { findProvider } from "./required-tools";

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly { severity: string; summary: string; detail: string }[];
}

export interface Plan {
  /** 0: nothing to do; 2: something. */
  readonly exitCode: number;
  /** What happens to each managed resource that doesn't stay as it is, sorted by address. */
  readonly changes: readonly { address: string; action: "create" | "update" | "replace" | "delete" }[];
}

/** The arguments that a resource will have; `unknown` are those that only apply will know. */
export interface PlannedResource {
  readonly address: string;
  readonly known: TerraformJson;
  readonly unknown: TerraformJson;
}

/** Most of an apply is the provider waiting for moto to settle, so as much as possible waits at once. */
const PARALLEL = "-parallelism=60";

/** A directory in which the real Terraform runs a synthesized stack. */
export class Workspace {
  private constructor(
    /** Deleted by {@link remove}. */
    readonly directory: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** @param environment what Terraform and its providers see beside PATH: endpoints, for example */
  static async create(environment: Readonly<Record<string, string>> = {}): Promise<Workspace> {
    const directory = await mkdtemp(join(tmpdir(), "terraform-"));
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

  /**
   * Takes the stack in, in place of what was there; the state stays.
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
    if (planned.exitCode !== 2) succeeded(planned);
    const changes = planned.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line): TerraformJson => JSON.parse(line))
      .filter(({ type, change }) => type === "planned_change" && !change.resource.addr.startsWith("data."))
      .map(({ change }) => ({ address: change.resource.addr, action: change.action }));
    changes.sort((a, b) => (a.address < b.address ? -1 : 1));
    return { exitCode: planned.exitCode, changes };
  }

  /** What was planned last, in full. */
  async planned(): Promise<PlannedResource[]> {
    const { stdout } = succeeded(await this.terraform("show", "-json", "plan"));
    const changes: TerraformJson[] = JSON.parse(stdout).resource_changes;
    return changes.map(({ address, change }) => ({
      address,
      known: change.after,
      unknown: change.after_unknown,
    }));
  }

  /** Applies what was planned last. */
  async apply(): Promise<void> {
    succeeded(await this.terraform("apply", "-input=false", "-no-color", PARALLEL, "plan"));
  }

  async destroy(): Promise<void> {
    succeeded(
      await this.terraform(
        "destroy",
        "-auto-approve",
        "-input=false",
        "-no-color",
        "-refresh=false",
        PARALLEL,
      ),
    );
  }

  async outputs(): Promise<Record<string, string>> {
    const { stdout } = succeeded(await this.terraform("output", "-json"));
    const outputs: [string, { value: string }][] = Object.entries(JSON.parse(stdout));
    return Object.fromEntries(outputs.map(([name, { value }]) => [name, value]));
  }

  /** Addresses of all that Terraform manages. */
  async managed(): Promise<string[]> {
    const { stdout } = succeeded(await this.terraform("state", "list"));
    return stdout.split("\n").filter((address) => address !== "" && !address.startsWith("data."));
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }

  private terraform(...args: string[]): Promise<Ended> {
    const options = { cwd: this.directory, env: this.environment, maxBuffer: 64 * 1024 * 1024 };
    return new Promise((resolve, reject) => {
      execFile("terraform", args, options, (error, stdout, stderr) => {
        // A code that isn't a number says that Terraform didn't run at all.
        if (error !== null && typeof error.code !== "number") reject(error);
        else resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
      });
    });
  }
}

function succeeded(ended: Ended): Ended {
  if (ended.exitCode === 0) return ended;
  throw new Error(`terraform ended with ${ended.exitCode}:\n${ended.stderr || ended.stdout}`);
}
