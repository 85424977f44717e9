import { DefinitionError } from "aws-stand-ins/definition-error";
import { FfmpegNotFoundError } from "aws-stand-ins/ffmpeg";
import { GatewayError } from "aws-stand-ins/gateway";
import { UsageError } from "./arguments";
import { DataDirectoryError } from "./data-directory";

const FAULTS_OF_THE_USER = [
  UsageError,
  DataDirectoryError,
  DefinitionError,
  GatewayError,
  FfmpegNotFoundError,
];

/** The oldest Node.js that has all that is used here, as package.json's `engines` says. */
const OLDEST_NODE = [20, 15] as const;

/** Told to stop: by Ctrl-C, by whoever started the process, or by its terminal going away. */
export const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a command and leaves its exit status to the process: what the user can mend is one sentence on standard error
 * and status 2; anything else is a fault of ours and keeps its stack trace.
 */
export function runCommand(command: () => Promise<number>): void {
  const outdated = sentenceAboutNode(process.versions.node);
  if (outdated !== undefined) end(outdated);
  command().then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      const sentence = sentenceFor(error);
      if (sentence === undefined) throw error;
      end(sentence);
    },
  );
}

/** What to tell a user of a Node.js that is too old; undefined if it isn't. */
export function sentenceAboutNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `This is Node.js ${version}; ${OLDEST_NODE.join(".")} or newer is needed.`;
}

/** What to tell a user who can mend the fault; undefined if it is ours. */
export function sentenceFor(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (FAULTS_OF_THE_USER.some((type) => error instanceof type)) return error.message;
  if ((error as NodeJS.ErrnoException).code === "ENOSPC") {
    return `The disk is full (${error.message}). Make room, or use a folder on another disk with --data.`;
  }
  return undefined;
}

function end(sentence: string): never {
  console.error(sentence);
  // What had been started by then ends with the process.
  process.exit(2);
}
