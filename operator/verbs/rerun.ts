import type { Command } from "commander";
import { isTerminal, type Job } from "../../lambdas/jobs/job";
import { Jobs } from "../jobs";
import { OperatorError } from "../operator-error";
import { estimateOf, orderRuns, requireEnded } from "../orders";
import { printable } from "../printable";
import { usd } from "../text-table";
import { type Selection, selected, withSelection } from "./list";
import { addVerb, type ConfirmedOptions, confirm, deploymentOf, print, printJson } from "./verb";

export function addRetry(program: Command): void {
  addVerb(program, "retry <JOB|KEY>", "Reruns a job that has ended, as a new job that is charged for.", [
    "film.mp4",
    "0f3c… --env prod --yes",
  ])
    .option("--yes", "don't ask")
    .action(async (idOrKey: string, given: ConfirmedOptions) => {
      const deployment = await deploymentOf(given);
      const [job] = await new Jobs(deployment).find(idOrKey);
      requireEnded(job);
      await confirm(`Running ${job.inputFile} again costs about ${usd(estimateOf([job]))}.`, given);
      await orderRuns(deployment, [job]);
      report([job], deployment.selector, given);
    });
}

export function addReplay(program: Command): void {
  withSelection(
    addVerb(program, "replay", "Reruns many jobs that have ended, by default those in ERROR.", [
      "--since 1d",
      "--status ERROR --key 2026/ --limit 10 --yes",
    ]),
    ["ERROR"],
  )
    .option("--yes", "don't ask")
    .action(async (given: Selection & ConfirmedOptions) => {
      if (given.since === undefined && given.key === undefined) {
        throw new OperatorError("Select the jobs by --since or --key.");
      }
      const deployment = await deploymentOf(given);
      const jobs = new Jobs(deployment);
      const summaries = await selected(jobs, given, Date.now());
      const rows = newestOfEachKey(await jobs.rows(summaries.map(({ jobId }) => jobId)));
      const ended = rows.filter(({ status }) => isTerminal(status));
      if (ended.length > 0) {
        await confirm(`Running ${ended.length} videos again costs about ${usd(estimateOf(ended))}.`, given);
        await orderRuns(deployment, ended);
      }
      report(ended, deployment.selector, given);
    });
}

/** Several runs of a video may have failed. */
function newestOfEachKey(jobs: readonly Job[]): Job[] {
  const byKey = new Map<string, Job>();
  for (const job of jobs) if (!byKey.has(job.inputFile)) byKey.set(job.inputFile, job);
  return [...byKey.values()];
}

function report(jobs: readonly Job[], selector: string, { json, quiet }: ConfirmedOptions): void {
  const ordered = jobs.map(({ inputFile, jobId }) => ({ key: inputFile, after: jobId }));
  if (json) printJson({ ordered });
  else if (!quiet) {
    const keys = ordered.map(({ key }) => key).join(", ");
    print(printable(ordered.length === 0 ? "No jobs." : `Runs again: ${keys}.`));
    if (ordered.length > 0) print(`npm run media -- list ${selector} shows the new jobs within a minute.`);
  }
}
