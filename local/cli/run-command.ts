import { DefinitionError } from "aws-stand-ins/definition-error";
import { PortError } from "aws-stand-ins/loopback-port";
import { FfmpegNotFoundError } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { CommanderError } from "commander";
import { DataDirectoryError } from "../data-directory";

/** The command can't run with these arguments. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const USER_ERRORS = [UsageError, DataDirectoryError, DefinitionError, PortError, FfmpegNotFoundError];
const USER_ERROR_STATUS = 2;

/** The oldest supported Node.js, as in package.json's `engines`. */
const OLDEST_NODE = [20, 15] as const;

/** Ctrl-C, a request to terminate, and the end of the terminal. */
export const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a command and sets the exit status of the process. An error that the user can fix ends it with one sentence on
 * standard error and status 2; any other error keeps its stack trace.
 */
export function runCommand(command: () => Promise<number>): void {
  const outdated = nodeVersionError(process.versions.node);
  if (outdated !== undefined) exitWith(outdated);
  command().then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      // Commander has printed the help, or what is wrong.
      if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : USER_ERROR_STATUS);
      const message = userErrorMessage(error);
      if (message === undefined) throw error;
      exitWith(message);
    },
  );
}

/** @returns undefined if the version is supported */
export function nodeVersionError(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `This is Node.js ${version}. Use ${OLDEST_NODE.join(".")} or newer.`;
}

/** @returns undefined if the user can't fix the error */
export function userErrorMessage(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (USER_ERRORS.some((type) => error instanceof type)) return error.message;
  if ((error as NodeJS.ErrnoException).code === "ENOSPC")
    return `The disk is full (${error.message}). Free some space, or use a directory on another disk with --data.`;
  return undefined;
}

function exitWith(message: string): never {
  console.error(message);
  // This also stops everything already started.
  process.exit(USER_ERROR_STATUS);
}
