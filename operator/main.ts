import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { awsDeployment } from "./aws-deployment";
import { examine, reportOf } from "./doctor/doctor";
import { readPlannedDeployment } from "./doctor/planned-deployment";
import { localDeployment } from "./local-deployment";
import { OperatorError } from "./operator-error";
import { curlLine, playUrl } from "./play-url";

const USER_ERROR_STATUS = 2;
const LOCAL_ENDPOINT = "http://127.0.0.1:4566";

interface PlayUrlArguments {
  readonly env: string;
  readonly local?: string | true;
  readonly expires: number;
  readonly key?: string;
  readonly keyPairId?: string;
  readonly json?: boolean;
}

const program = new Command("npm run media --").description("Operates the pipeline.").exitOverride();
program
  .command("play-url")
  .description("Prints a URL and cookies that play a finished job until they expire. Keep them secret.")
  .argument("<JOB>", "id of the job", readJobId)
  .option("--env <SUFFIX>", "the environment's suffix", process.env.ENVIRONMENT_SUFFIX ?? "dev")
  .option("--local [URL]", `the local pipeline instead, by default at ${LOCAL_ENDPOINT}`)
  .option("--expires <TIME>", "how long the cookies are valid: s, m, h or d", readDuration, 2 * 3600)
  .option("--key <FILE>", "private key in PEM; /dev/stdin reads it from a pipe")
  .option("--key-pair-id <ID>", "id of its public key; by default looked up in CloudFront")
  .option("--json", 'print { "url", "cookies", "expiresAt" } instead of a curl line')
  .exitOverride()
  .action(async (jobId: string, given: PlayUrlArguments) => {
    const { env, local, expires, key, keyPairId, json } = given;
    const deployment =
      local === undefined
        ? awsDeployment(env)
        : await localDeployment(local === true ? LOCAL_ENDPOINT : local);
    // npm runs scripts in the project's directory and passes the user's in INIT_CWD.
    const keyFile = key === undefined ? undefined : resolve(process.env.INIT_CWD ?? process.cwd(), key);
    const options = { jobId, expiresInSeconds: expires, keyFile, keyPairId, now: Date.now() };
    const signed = await playUrl(deployment, options);
    console.log(json ? JSON.stringify(signed, null, 2) : curlLine(signed));
  });

program
  .command("doctor")
  .description("Checks whether the account is ready for the synthesized pipeline, and says what to do.")
  .option("--stack <DIRECTORY>", "the pipeline's synthesized stack", "cdktf.out/stacks/media-pipeline")
  .exitOverride()
  .action(async ({ stack }: { readonly stack: string }) => {
    const findings = await examine(readPlannedDeployment(stack));
    console.log(reportOf(findings));
    if (findings.some(({ verdict }) => verdict === "fix")) process.exitCode = 1;
  });

program.parseAsync().catch((error: unknown) => {
  process.exitCode = USER_ERROR_STATUS;
  // Commander has printed the help, or what is wrong.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) process.exitCode = 0;
    return;
  }
  const { name, message } = error as Error;
  console.error(error instanceof OperatorError ? message : `${name}: ${message}`);
});

function readJobId(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError("A job's id has 64 hexadecimal digits.");
  return text;
}

/** @returns seconds */
function readDuration(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit ?? ""] ?? Number.NaN);
  // A viewer can't be revoked, so nothing stays valid for longer than a week.
  if (!(seconds <= 7 * 86_400)) throw new InvalidArgumentError("Use a time such as 30m or 2h, up to 7d.");
  return seconds;
}
