import { createInterface } from "node:readline/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ENVIRONMENT_SUFFIX } from "../../constructs/environment-suffix";
import { awsDeployment } from "../aws-deployment";
import type { Deployment } from "../deployment";
import { localDeployment } from "../local-deployment";
import { OperatorError } from "../operator-error";
import { printableJson } from "../printable";

const LOCAL_ENDPOINT = "http://127.0.0.1:4566";

const DEFAULT_SUFFIX = process.env.ENVIRONMENT_SUFFIX ?? "dev";

/** The options that select a deployment. */
export interface DeploymentOptions {
  readonly env: string;
  readonly local?: string | true;
  readonly transcodeRegion?: string;
}

/** The options that every verb has. */
export interface CommonOptions extends DeploymentOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Options of a verb that asks before it acts. */
export interface ConfirmedOptions extends CommonOptions {
  readonly yes?: boolean;
}

/** Adds a verb with the common options and its examples, which follow `npm run media -- <verb>`. */
export function addVerb(
  program: Command,
  nameAndArguments: string,
  description: string,
  examples: readonly string[],
): Command {
  const verb = program.command(nameAndArguments).description(description).exitOverride();
  const group = program.parent === null ? "" : `${program.name()} `;
  const lines = examples.map((example) => `  npm run media -- ${group}${verb.name()} ${example}`.trimEnd());
  return withDeploymentOptions(verb)
    .option("--json", "print one JSON document")
    .option("--quiet", "print only what a script needs")
    .addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

/** Adds {@link DeploymentOptions}. */
export function withDeploymentOptions(command: Command): Command {
  return command
    .option("--env <SUFFIX>", "the environment's suffix", DEFAULT_SUFFIX)
    .option("--local [URL]", `the local pipeline instead, by default at ${LOCAL_ENDPOINT}`)
    .addOption(
      new Option("--transcode-region <REGION>", "region of MediaConvert, unless the stack derives it").env(
        "MEDIACONVERT_REGION",
      ),
    );
}

export async function deploymentOf({ env, local, transcodeRegion }: DeploymentOptions): Promise<Deployment> {
  if (local !== undefined && env !== DEFAULT_SUFFIX)
    throw new OperatorError(
      "--local is the local pipeline, and --env an environment of AWS. Give one of them.",
    );
  if (local === undefined && !ENVIRONMENT_SUFFIX.pattern.test(env))
    throw new OperatorError(`'${env}' is not an environment's suffix: ${ENVIRONMENT_SUFFIX.rule}.`);
  return local === undefined
    ? awsDeployment(env, { region: process.env.AWS_REGION, transcodeRegion })
    : localDeployment(local === true ? LOCAL_ENDPOINT : local);
}

/**
 * Asks before an action that costs money or loses something.
 *
 * @throws {OperatorError} unless the answer is yes, or there is nobody to ask
 */
export async function confirm(consequence: string, { yes = false }: ConfirmedOptions): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new OperatorError(`${consequence} Confirm with --yes.`);
  const question = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await question.question(`${consequence} Continue? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new OperatorError("Nothing was done.");
  } finally {
    question.close();
  }
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(document: unknown): void {
  print(printableJson(document));
}

/** The terminal's width, if there is one. */
export const columns = () => process.stdout.columns;

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** @returns seconds. @throws {InvalidArgumentError} if the text isn't a time such as `30m` */
export function readDuration(text: string): number {
  const [, count, unit = ""] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError("Use a time such as 30m, 2h or 7d.");
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

export function readCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("Use a whole number of 1 or more.");
  return Number(text);
}
