import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { curlLine, playUrl } from "../play-url";
import { addVerb, type CommonOptions, deploymentOf, print, printJson, readDuration } from "./verb";

interface PlayUrlArguments extends CommonOptions {
  readonly expires: number;
  readonly key?: string;
  readonly keyPairId?: string;
}

/** A viewer can't be revoked, so nothing stays valid for longer. */
const LONGEST_SECONDS = 7 * 86_400;

export function addPlayUrl(program: Command): void {
  addVerb(
    program,
    "play-url",
    "Prints a URL and cookies that play a finished job until they expire. Keep them secret.",
    ["0f3c…", "0f3c… --env prod --key playback-private.pem --expires 30m", "0f3c… --local --json"],
  )
    .argument("<JOB>", "id of the job", readJobId)
    .option("--expires <TIME>", "how long the cookies are valid, up to 7d", readValidity, 2 * 3600)
    .option("--key <FILE>", "private key in PEM; /dev/stdin reads it from a pipe")
    .option("--key-pair-id <ID>", "id of its public key; by default looked up in CloudFront")
    .action(async (jobId: string, given: PlayUrlArguments) => {
      const { expires, key, keyPairId, json } = given;
      // npm runs scripts in the project's directory and passes the user's in INIT_CWD.
      const keyFile = key === undefined ? undefined : resolve(process.env.INIT_CWD ?? process.cwd(), key);
      const options = { jobId, expiresInSeconds: expires, keyFile, keyPairId, now: Date.now() };
      const signed = await playUrl(await deploymentOf(given), options);
      if (json) printJson(signed);
      else print(curlLine(signed));
    });
}

function readJobId(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError("A job's id has 64 hexadecimal digits.");
  return text;
}

function readValidity(text: string): number {
  const seconds = readDuration(text);
  if (seconds > LONGEST_SECONDS) throw new InvalidArgumentError("Use a time such as 30m or 2h, up to 7d.");
  return seconds;
}
