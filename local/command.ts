import { UsageError } from "./arguments";
import { DataDirectoryError } from "./data-directory";
import { FfmpegNotFoundError } from "./ffmpeg";
import { GatewayError } from "./gateway";
import { StackError } from "./terraform/resource";

const FAULTS_OF_THE_USER = [UsageError, DataDirectoryError, StackError, GatewayError, FfmpegNotFoundError];

/**
 * Runs a command and leaves its exit status to the process: what the user can mend is one sentence on standard error
 * and status 2; anything else is a fault of ours and keeps its stack trace.
 */
export function runCommand(command: () => Promise<number>): void {
  command().then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      if (!FAULTS_OF_THE_USER.some((type) => error instanceof type)) throw error;
      console.error((error as Error).message);
      // What had been started by then ends with the process.
      process.exit(2);
    },
  );
}

/** Told to stop: by Ctrl-C, by whoever started the process, or by its terminal going away. */
export const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
