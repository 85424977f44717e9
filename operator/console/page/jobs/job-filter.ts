import type { JobLine, JobStatus } from "../../protocol";

export interface JobFilter {
  /** @default any */
  readonly status?: JobStatus | undefined;
  /** Words that the key, the id or the error contain, whatever their case. */
  readonly search: string;
}

export function matching(jobs: readonly JobLine[], { status, search }: JobFilter): JobLine[] {
  const words = search.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
  return jobs.filter((job) => {
    if (status !== undefined && job.status !== status) return false;
    const text = [job.inputFile, job.jobId, job.error?.code].join(" ").normalize("NFC").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** How many jobs have each status. */
export function countsOf(jobs: readonly JobLine[]): ReadonlyMap<JobStatus, number> {
  const counts = new Map<JobStatus, number>();
  for (const { status } of jobs) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}
