import type { Command } from "commander";
import { cancel, requireCancelable } from "../cancellation";
import { Jobs } from "../jobs";
import { addVerb, type ConfirmedOptions, confirm, deploymentOf, print, printJson } from "./verb";

export function addCancel(program: Command): void {
  addVerb(program, "cancel <JOB|KEY>", "Cancels a job that hasn't ended.", [
    "film.mp4",
    "0f3c… --env prod --yes",
  ])
    .option("--yes", "don't ask")
    .action(async (idOrKey: string, given: ConfirmedOptions) => {
      const deployment = await deploymentOf(given);
      const [job] = await new Jobs(deployment).find(idOrKey);
      requireCancelable(job);
      await confirm(
        `Canceling discards the job of ${job.inputFile}. MediaConvert may charge for its work.`,
        given,
      );
      const mediaConvertJobId = await cancel(deployment, job);
      if (given.json) printJson({ jobId: job.jobId, mediaConvertJobId: mediaConvertJobId ?? null });
      else if (!given.quiet) {
        print(
          mediaConvertJobId === undefined
            ? "Canceled."
            : "Canceled. The row says so once MediaConvert's event arrives.",
        );
      }
    });
}
