import { Command, CommanderError } from "commander";
import { OperatorError } from "./operator-error";
import { printable } from "./printable";
import { addCancel } from "./verbs/cancel";
import { addCost } from "./verbs/cost";
import { addDeadLetters } from "./verbs/dead-letters";
import { addDoctor } from "./verbs/doctor";
import { addList } from "./verbs/list";
import { addPlayUrl } from "./verbs/play-url";
import { addReplay, addRetry } from "./verbs/rerun";
import { addStatus } from "./verbs/status";
import { addUpload } from "./verbs/upload";
import { addWatch } from "./verbs/watch";
import { addWhy } from "./verbs/why";

/** The command failed. 1 is for a job that it waited for, and for problems that doctor found. */
const FAILURE_STATUS = 2;

const program = new Command("npm run media --")
  .description("Shows what became of uploads, and acts on them.")
  .exitOverride()
  .addHelpText(
    "after",
    "\nExit status: 0 done; 1 the job that upload --wait waited for failed, or doctor found a problem; 2 the command failed.",
  );
for (const add of [
  addUpload,
  addStatus,
  addList,
  addWatch,
  addWhy,
  addRetry,
  addReplay,
  addCancel,
  addPlayUrl,
  addDeadLetters,
  addCost,
  addDoctor,
]) {
  add(program);
}

program.parseAsync().catch((error: unknown) => {
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
