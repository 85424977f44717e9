import type { Job, JobStatus } from "./job";

/**
 * The statuses that a job may come from, for every status that it can enter. Nothing leads out of
 * COMPLETE, ERROR and CANCELED. A terminal status may follow SUBMITTED at once, since events can overtake
 * the function that submitted the job.
 */
export const ENTERED_FROM: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  SUBMITTED: [],
  PROCESSING: ["SUBMITTED", "PROCESSING"],
  COMPLETE: ["SUBMITTED", "PROCESSING"],
  ERROR: ["SUBMITTED", "PROCESSING"],
  CANCELED: ["SUBMITTED", "PROCESSING"],
};

/** How a job can end. */
export type EndStatus = Extract<JobStatus, "COMPLETE" | "ERROR" | "CANCELED">;

export function isTerminal(status: JobStatus): status is EndStatus {
  return status === "COMPLETE" || status === "ERROR" || status === "CANCELED";
}

/** What happened to a job. The repository applies all of it, or nothing if a guard says no. */
export interface JobChange {
  /** The status to enter, guarded by `ENTERED_FROM`; absent if the status stays, whatever it is. */
  readonly status?: JobStatus;
  /** Narrows `ENTERED_FROM`. */
  readonly onlyFrom?: JobStatus;
  /** Epoch milliseconds: applies only if no event that is as new or newer has been recorded. */
  readonly newerThanLastEvent?: number;
  readonly set?: Partial<Omit<Job, "jobId" | "status" | "createdAt" | "updatedAt" | "mediaConvertJobId">>;
  readonly clear?: readonly ("phase" | "announcement")[];
  /** Recorded unless the row already names a MediaConvert job. */
  readonly mediaConvertJobId?: string;
  /** Applies only if the row names `mediaConvertJobId`, or no MediaConvert job yet. */
  readonly onlyIfItsJob?: true;
}

/** What MediaConvert found out about a job, besides its state. Whatever the row already has stays. */
export interface JobFindings {
  readonly source?: Job["source"];
  readonly warnings?: Job["warnings"];
}
