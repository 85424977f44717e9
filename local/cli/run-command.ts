import { constants, devNull } from "node:os";
import { format, inspect } from "node:util";
import { DefinitionError } from "aws-stand-ins/definition-error";
import { PortError } from "aws-stand-ins/loopback-port";
import { FfmpegNotFoundError } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { ProgramError } from "aws-stand-ins/mediaconvert/guarded-program";
import { DataError } from "aws-stand-ins/record-folder";
import { CommanderError } from "commander";
import { OperatorError } from "../../operator/operator-error";
import { printableLines } from "../../operator/printable";
import { DataDirectoryError } from "../data-directory";

/** The command can't run with these arguments. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const USER_ERRORS = [
  ...[UsageError, DataDirectoryError, DataError, DefinitionError, PortError, FfmpegNotFoundError],
  ...[ProgramError, OperatorError],
];
const USER_ERROR_STATUS = 2;

/** The oldest supported Node.js, as in package.json's `engines`. */
const OLDEST_NODE = [20, 15] as const;

/** Ctrl-C, a request to terminate, and the end of the terminal. */
export const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a command and sets the exit status of the process. An error that the user can fix ends it with one sentence on
 * standard error and status 2; any other error with its stack trace and status 1. Only the user can read the files that
 * the command writes.
 *
 * @param command gets the user's environment; the process keeps none of the user's AWS set-up
 */
export function runCommand(command: (environment: NodeJS.ProcessEnv) => Promise<number>): void {
  const outdated = nodeVersionError(process.versions.node);
  if (outdated !== undefined) exitWith(outdated, USER_ERROR_STATUS);
  const environment = { ...process.env };
  ignoreAwsSetUp(process.env);
  process.umask(0o077);
  escapeOutput(console);
  // The work goes on when nobody reads the output any more, or its disk is full.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  command(environment).then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      // Commander has printed the help, or what is wrong.
      if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : USER_ERROR_STATUS);
      const message = userErrorMessage(error);
      if (message === undefined) exitWith(inspect(error), 1);
      exitWith(message, USER_ERROR_STATUS);
    },
  );
}

/**
 * Works until the end or a signal that stops the process, and cleans up. A second signal doesn't wait for that.
 *
 * @returns the exit status of the work
 */
export async function untilStopped(
  work: () => Promise<number>,
  cleanUp: () => Promise<void>,
): Promise<number> {
  const stopped = new Promise<NodeJS.Signals>((stop) => {
    for (const signal of STOP_SIGNALS) process.once(signal, stop);
  });
  try {
    const outcome = await Promise.race([work(), stopped]);
    if (typeof outcome === "number") return outcome;
    await cleanUp();
    process.exit(128 + constants.signals[outcome]);
  } finally {
    await cleanUp();
  }
}

/** @returns undefined if the version is supported */
export function nodeVersionError(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `This is Node.js ${version}. Use ${OLDEST_NODE.join(".")} or newer.`;
}

const FULL_DISK = ["ENOSPC", "EDQUOT"];
const NO_ACCESS = ["EACCES", "EPERM", "EROFS", "EIO", "ENOTDIR", "EISDIR"];

/** @returns undefined if the user can't fix the error */
export function userErrorMessage(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (USER_ERRORS.some((type) => error instanceof type)) return error.message;
  const { code = "", path } = error as NodeJS.ErrnoException;
  if (FULL_DISK.includes(code))
    return `The disk is full (${error.message}). Free some space, or use a directory on another disk with --data.`;
  if (NO_ACCESS.includes(code) && path !== undefined)
    return `${path} can't be read or written (${code}). Give yourself access, or use another directory with --data.`;
  return undefined;
}

/** Escapes what is printed by parts that don't know whether a terminal shows it. */
export function escapeOutput(output: Pick<Console, "log" | "error">): void {
  for (const method of ["log", "error"] as const) {
    const print = output[method].bind(output);
    output[method] = (...parts: unknown[]) => print(printableLines(format(...parts)));
  }
}

/**
 * SDK clients of the local pipeline would use another endpoint, or refuse their own, for a variable such as
 * `AWS_USE_FIPS_ENDPOINT`, or the same in a profile of `~/.aws/config`.
 */
export function ignoreAwsSetUp(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) {
    // Those of the SDK for JavaScript itself only control its warnings.
    if (name.startsWith("AWS_") && !name.startsWith("AWS_SDK_JS_")) delete environment[name];
  }
  environment.AWS_CONFIG_FILE = devNull;
  environment.AWS_SHARED_CREDENTIALS_FILE = devNull;
}

function exitWith(message: string, status: number): never {
  console.error(message);
  // This also stops everything already started.
  process.exit(status);
}
