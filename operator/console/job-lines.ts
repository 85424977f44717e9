import { isTerminal, type Job } from "../../lambdas/jobs/job";
import type { Deployment } from "../deployment";
import { Jobs, STATUSES } from "../jobs";
import type { JobLine } from "./protocol";

/** How many jobs the table shows. */
export const SHOWN_JOBS = 500;

/** The newest jobs. It reads the row of a job that has ended only once. */
export class JobLines {
  private readonly jobs: Jobs;
  private rows = new Map<string, Job>();

  constructor(deployment: Deployment) {
    this.jobs = new Jobs(deployment);
  }

  /** The newest first. */
  async read(): Promise<JobLine[]> {
    const listed = await this.jobs.list({ statuses: STATUSES }, SHOWN_JOBS);
    // While a job changes its status, the index may list it under both.
    const ids = [...new Set(listed.map(({ jobId }) => jobId))];
    const known = ids.flatMap((id) => this.rows.get(id) ?? []).filter(({ status }) => isTerminal(status));
    const ended = new Map(known.map((row) => [row.jobId, row]));
    const read = await this.jobs.rows(ids.filter((id) => !ended.has(id)));
    const rows = new Map([...ended, ...read.map((row): [string, Job] => [row.jobId, row])]);
    this.rows = rows;
    return ids.flatMap((id) => rows.get(id) ?? []).map(lineOf);
  }
}

function lineOf(job: Job): JobLine {
  const { renditions = [], outputs = {} } = job;
  return {
    jobId: job.jobId,
    status: job.status,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    inputFile: job.inputFile,
    fileSize: job.fileSize,
    run: job.run,
    progressPercent: job.progressPercent,
    phase: job.phase,
    source: job.source,
    durationMs: job.durationMs,
    estimatedCostUsd: job.estimatedCostUsd,
    error: job.error,
    ladder: [...renditions]
      .sort((a, b) => (b.heightPx ?? 0) - (a.heightPx ?? 0))
      .flatMap(({ name }) => name ?? []),
    hasPoster: outputs.poster !== undefined,
  };
}
