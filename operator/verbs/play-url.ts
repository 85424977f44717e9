import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { Jobs } from "../jobs";
import { curlLine, playUrl } from "../play-url";
import { readKeyFile, readKeySecret, type SigningKey } from "../signing-key";
import { addVerb, type CommonOptions, deploymentOf, print, printJson, readDuration } from "./verb";

interface PlayUrlArguments extends CommonOptions {
  readonly expires: number;
  readonly key?: string;
  readonly keySecret?: string;
  readonly keyPairId?: string;
}

/** A viewer can't be revoked, so nothing stays valid for longer. */
const LONGEST_SECONDS = 7 * 86_400;

export function addPlayUrl(program: Command): void {
  addVerb(
    program,
    "play-url <JOB|KEY>",
    "Prints a URL and cookies that play a finished job until they expire. Keep them secret.",
    [
      "film.mp4 --env prod --key playback-private.pem --expires 30m",
      "0f3c… --env prod --key-secret arn:aws:secretsmanager:eu-west-1:111122223333:secret:playback-key-AbCdEf",
      "0f3c… --local --json",
    ],
  )
    .option("--expires <TIME>", "how long the cookies are valid, up to 7d", readValidity, 2 * 3600)
    .option("--key <FILE>", "private key in PEM; /dev/stdin reads it from a pipe")
    .addOption(
      new Option(
        "--key-secret <ARN>",
        "secret in Secrets Manager that holds the private key in PEM",
      ).conflicts("key"),
    )
    .option("--key-pair-id <ID>", "id of its public key; by default looked up in CloudFront")
    .action(async (idOrKey: string, given: PlayUrlArguments) => {
      const { expires, keyPairId, json } = given;
      const key = await keyOf(given);
      const deployment = await deploymentOf(given);
      const [{ jobId }] = await new Jobs(deployment).find(idOrKey);
      const options = { jobId, expiresInSeconds: expires, key, keyPairId, now: Date.now() };
      const signed = await playUrl(deployment, options);
      if (json) printJson(signed);
      else print(curlLine(signed));
    });
}

async function keyOf({ key, keySecret }: PlayUrlArguments): Promise<SigningKey | undefined> {
  if (keySecret !== undefined) return readKeySecret(keySecret);
  // npm runs scripts in the project's directory and passes the user's in INIT_CWD.
  return key === undefined ? undefined : readKeyFile(resolve(process.env.INIT_CWD ?? process.cwd(), key));
}

function readValidity(text: string): number {
  const seconds = readDuration(text);
  if (seconds > LONGEST_SECONDS) throw new InvalidArgumentError("Use a time such as 30m or 2h, up to 7d.");
  return seconds;
}
