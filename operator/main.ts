import { CommanderError } from "commander";
import { mediaCommand } from "./command";
import { OperatorError } from "./operator-error";
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
    const { name, message } = error as Error;
    console.error(
      printable(
        error instanceof OperatorError ? message : (signInAdvice(error as Error) ?? `${name}: ${message}`),
      ),
    );
  });

/** The SDK's errors without a region or credentials. */
function signInAdvice({ name, message }: Error): string | undefined {
  if (message === "Region is missing")
    return "Set AWS_REGION to the region of the environment, or give --local.";
  if (name !== "CredentialsProviderError") return undefined;
  return "You aren't signed in to AWS. Sign in, for example with aws sso login, or give --local.";
}
