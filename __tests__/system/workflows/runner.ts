import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Contexts, Expressions } from "./expressions";

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly "working-directory"?: string;
}

interface Job {
  readonly env?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface JobRun {
  readonly workflow: string;
  readonly inputs: Readonly<Record<string, string | boolean>>;
  /** The variables of repository and environment. */
  readonly vars: Readonly<Record<string, string>>;
  /** The directory of the checkout. */
  readonly directory: string;
  /** What the runner's machine adds to the job's variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** What runs in place of a script; undefined skips its step. @default the script */
  replace?(script: string): string | undefined;
  /** Runs after a script. @default nothing */
  after?(script: string): Promise<void>;
}

/** Runs the scripts of a workflow's only job as GitHub's runner does. Steps that use an action are named and skipped. */
export class Runner {
  constructor(
    private readonly expressions: Expressions,
    private readonly report: (line: string) => void,
  ) {}

  /** @returns the job's outputs. @throws Error if a step fails */
  async run(job: JobRun): Promise<Record<string, string>> {
    const text = readFileSync(join(job.directory, ".github/workflows", job.workflow), "utf8");
    const [definition] = Object.values<Job>(parse(text).jobs);
    if (definition === undefined) throw new Error(`${job.workflow} has no job.`);
    const steps: Record<string, { outputs: Record<string, string> }> = {};
    const github = { event_name: "workflow_dispatch", repository: "acme/media" };
    const contexts = { inputs: job.inputs, vars: job.vars, github, steps, env: {} };
    const env = this.fillAll(definition.env ?? {}, contexts);
    for (const step of definition.steps) {
      const title = `${job.workflow}: ${step.name ?? step.run?.trim().split("\n")[0] ?? step.uses}`;
      const outputs = await this.runStep(step, title, job, { ...contexts, env });
      if (step.id !== undefined) steps[step.id] = { outputs };
    }
    return this.fillAll(definition.outputs ?? {}, contexts);
  }

  private async runStep(step: Step, title: string, job: JobRun, contexts: Contexts) {
    const skip = (why: string) => {
      this.report(`-  ${title} (${why})`);
      return {};
    };
    if (step.if !== undefined && !this.expressions.isTrue(step.if, contexts))
      return skip("its condition is false");
    if (step.run === undefined) return skip("an action of GitHub's");
    const script = job.replace === undefined ? step.run : job.replace(step.run);
    if (script === undefined) return skip("not in a dry run");
    this.report(`>  ${title}`);
    const output = join(job.directory, "github-output");
    writeFileSync(output, "");
    const cwd = join(job.directory, step["working-directory"] ?? "");
    // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
    const strict = step.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
    const child = spawn("bash", [...strict, "-c", script], {
      cwd,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...this.fillAll({ ...(contexts.env as Record<string, string>), ...step.env }, contexts),
        ...job.environment,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: join(job.directory, "summary.md"),
      },
    });
    const [status] = await once(child, "exit");
    if (status !== 0) throw new Error(`${title} ended with ${status}.`);
    await job.after?.(step.run);
    const lines = readFileSync(output, "utf8").split("\n");
    return Object.fromEntries(
      lines.filter((line) => line.includes("=")).map((line) => line.split(/=(.*)/s).slice(0, 2)),
    );
  }

  private fillAll(texts: Readonly<Record<string, string>>, contexts: Contexts): Record<string, string> {
    return Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, this.expressions.fill(String(text), contexts)]),
    );
  }
}
