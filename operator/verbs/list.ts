import { type Command, InvalidArgumentError, Option } from "commander";
import type { JobStatus } from "../../lambdas/jobs/job";
import { type JobSummary, Jobs, STATUSES } from "../jobs";
import { ageOf, textTable } from "../text-table";
import {
  addVerb,
  type CommonOptions,
  columns,
  deploymentOf,
  print,
  printJson,
  readCount,
  readDuration,
} from "./verb";

/** Options that select jobs. */
export interface Selection extends CommonOptions {
  readonly status: readonly JobStatus[];
  /** Seconds. */
  readonly since?: number;
  /** Prefix of the key. */
  readonly key?: string;
  readonly limit: number;
}

export function addList(program: Command): void {
  withSelection(
    addVerb(program, "list", "Lists jobs, the newest first.", [
      "",
      "--status ERROR --since 1d",
      "--key 2026/ --json",
    ]),
    STATUSES,
  ).action(async (given: Selection) => {
    const jobs = await selected(new Jobs(await deploymentOf(given)), given, Date.now());
    if (given.json) printJson(jobs);
    else if (given.quiet) for (const { jobId } of jobs) print(jobId);
    else print(tableOf(jobs, Date.now()));
  });
}

/** Adds the options of {@link Selection}. */
export function withSelection(verb: Command, statuses: readonly JobStatus[]): Command {
  return verb
    .addOption(
      new Option("--status <STATUS>", `one of ${STATUSES.join(", ")}`)
        .argParser(readStatus)
        .default(statuses, statuses.length === 1 ? statuses[0] : "any"),
    )
    .option("--since <TIME>", "created within this time: s, m, h or d", readDuration)
    .option("--key <PREFIX>", "keys that begin like this")
    .option("--limit <N>", "at most this many", readCount, 100);
}

export function selected(
  jobs: Jobs,
  { status, since, key, limit }: Selection,
  now: number,
): Promise<JobSummary[]> {
  const oldest = since === undefined ? 0 : Math.floor(now / 1000) - since;
  return jobs.list({ statuses: status, since: oldest, keyPrefix: key }, limit);
}

export function tableOf(jobs: readonly JobSummary[], now: number): string {
  if (jobs.length === 0) return "No jobs.";
  const rows = jobs.map(({ status, createdAt, inputFile, jobId, error }) => [
    status,
    ageOf(now / 1000 - createdAt),
    inputFile,
    error?.code ?? "",
    jobId,
  ]);
  return textTable([["STATUS", "AGE", "KEY", "ERROR", "JOB"], ...rows], columns());
}

function readStatus(text: string): JobStatus[] {
  const status = STATUSES.find((one) => one === text.toUpperCase());
  if (status === undefined) throw new InvalidArgumentError(`Use one of ${STATUSES.join(", ")}.`);
  return [status];
}
