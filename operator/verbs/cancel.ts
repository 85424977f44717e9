import type { Command } from "commander";
import { isTerminal } from "../../lambdas/jobs/job";
import { cancelJob } from "../../lambdas/transcoding/cancel-job";
import { Jobs } from "../jobs";
import { OperatorError } from "../operator-error";
import { addVerb, type ConfirmedOptions, confirm, deploymentOf, print, printJson } from "./verb";

export function addCancel(program: Command): void {
  addVerb(program, "cancel <JOB|KEY>", "Cancels a job that hasn't ended.", [
    "film.mp4",
    "0f3c… --env prod --yes",
  ])
    .option("--yes", "don't ask")
    .action(async (idOrKey: string, given: ConfirmedOptions) => {
      const { clients, ...deployment } = await deploymentOf(given);
      const jobs = new Jobs({ ...deployment, clients });
      const [job] = await jobs.find(idOrKey);
      if (isTerminal(job.status)) throw new OperatorError(`The job is ${job.status} already.`);
      await confirm(
        `Canceling discards the job of ${job.inputFile}. MediaConvert may charge for its work.`,
        given,
      );
      const canceled = await jobs.repository.cancelUnsubmitted(job.jobId);
      const { mediaConvertJobId } = canceled.job;
      if (!canceled.applied && mediaConvertJobId === undefined) {
        throw new OperatorError("The job is being submitted to MediaConvert. Cancel it in a minute.");
      }
      if (mediaConvertJobId !== undefined) await cancelJob(clients.mediaConvert, mediaConvertJobId);
      if (given.json) printJson({ jobId: job.jobId, mediaConvertJobId: mediaConvertJobId ?? null });
      else if (!given.quiet) print("Canceled. The row says so once MediaConvert's event arrives.");
    });
}
