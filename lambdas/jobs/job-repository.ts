import type { Job, JobStatus } from "./job";
import type { JobChange, JobFindings } from "./job-state";

/** The job table in the pipeline's own terms. Reads are consistent. */
export interface JobRepository {
  /** Adds the row. If the job has one already, that stays as it is and is returned. */
  create(job: Job): Promise<Job | undefined>;
  /**
   * Applies the change if its guards allow, and returns the row as it is afterwards; `job` is undefined
   * if there is no such row.
   */
  change(jobId: string, change: JobChange): Promise<{ applied: boolean; job: Job | undefined }>;
  /**
   * Adds findings of a MediaConvert job, unless the row names another. Returns the row as it is afterwards,
   * undefined if there is no such row.
   */
  addFindings(jobId: string, mediaConvertJobId: string, findings: JobFindings): Promise<Job | undefined>;
  find(jobId: string): Promise<Job | undefined>;
  /**
   * Ids of the jobs of a status whose rows haven't changed since a time (epoch seconds), oldest first. The
   * list may be a little outdated.
   */
  idleIds(status: JobStatus, since: number): AsyncIterable<string>;
  /** Ids of the jobs whose end hasn't been told, oldest first. The list may be a little outdated. */
  unannouncedIds(): AsyncIterable<string>;
}

export class UnknownJobError extends Error {
  readonly code = "UNKNOWN_JOB";
  constructor(jobId: string) {
    super(
      `The job table has no row for job ${jobId}. The row may have been deleted while its job ran; ` +
        "upload the video again if it is still wanted.",
    );
  }
}
