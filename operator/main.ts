import { CommanderError } from "commander";
import { mediaCommand } from "./command";
import { sentenceOf } from "./operator-error";
import { printable } from "./printable";

/** The command failed. 1 is for a job that it waited for, and for problems that doctor found. */
const FAILURE_STATUS = 2;

// Nobody reads the rest of the output: head, or a pager that was quit.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) =>
  process.exit(code === "EPIPE" ? 0 : FAILURE_STATUS),
);

mediaCommand()
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = FAILURE_STATUS;
    // Commander has printed the help, or what is wrong.
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) process.exitCode = 0;
      return;
    }
    console.error(printable(sentenceOf(error)));
  });
