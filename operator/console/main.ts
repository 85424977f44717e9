import { once } from "node:events";
import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { Jobs } from "../jobs";
import { openBrowser } from "../open-browser";
import { sentenceOf } from "../operator-error";
import { printable } from "../printable";
import { type DeploymentOptions, deploymentOf, print, withDeploymentOptions } from "../verbs/verb";
import { startConsole } from "./start-console";

interface ConsoleArguments extends DeploymentOptions {
  readonly port: number;
  readonly readOnly?: boolean;
  readonly key?: string;
  readonly stack: string;
}

/** One above the console of `npm run dev`. */
const DEFAULT_PORT = 4570;
const FAILURE_STATUS = 2;

/** Serves the console until it is interrupted. */
async function run(): Promise<void> {
  const program = withDeploymentOptions(new Command("npm run console --").exitOverride())
    .description(
      "Serves the operator's console on this machine, for an environment of AWS or the local pipeline.",
    )
    .option("--port <N>", "port on loopback; 0 for any free one", readPort, DEFAULT_PORT)
    .option("--key <FILE>", "private key in PEM that signs playback, to watch on AWS")
    .option(
      "--stack <DIRECTORY>",
      "the synthesized pipeline, for its picture",
      "cdktf.out/stacks/media-pipeline",
    )
    .option("--read-only", "show everything, and refuse every action")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run console -- --env prod --read-only\n  npm run console -- --local",
    )
    .parse();
  const given = program.opts<ConsoleArguments>();
  const { readOnly, port, key, stack } = given;
  const selected = await deploymentOf(given);
  // npm runs scripts in the project's directory and passes the user's in INIT_CWD.
  const pathOf = (given: string) => resolve(process.env.INIT_CWD ?? process.cwd(), given);
  const deployment = {
    ...selected,
    stackDirectory: selected.stackDirectory ?? pathOf(stack),
    privateKeyFile: key === undefined ? selected.privateKeyFile : pathOf(key),
  };
  // What is wrong with the environment or the credentials is best said before the page is open.
  await new Jobs(deployment).list({ statuses: ["PROCESSING"] }, 1);
  const { url, close } = await startConsole({ deployment, readOnly, port });
  print(`The console is up. Ctrl-C stops it. Its URL has a token: keep it to yourself.\n\n  ${url}\n`);
  if (process.stdout.isTTY) openBrowser(url);
  await Promise.race(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => once(process, signal)));
  await close();
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new InvalidArgumentError("Use a whole number from 0 to 65535.");
  return port;
}

run().catch((error: unknown) => {
  process.exitCode = FAILURE_STATUS;
  // Commander has printed the help, or what is wrong.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : FAILURE_STATUS;
  else console.error(printable(sentenceOf(error)));
});
