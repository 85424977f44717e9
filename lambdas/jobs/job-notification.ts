import { posix } from "node:path";
import type { Job, JobError, JobOutputs, JobStatus } from "./job";

/** What subscribers get: the message's JSON. Fields that a job doesn't have are left out. */
export interface JobNotification {
  readonly schemaVersion: 1;
  readonly jobId: string;
  readonly mediaConvertJobId?: string;
  readonly status: JobStatus;
  readonly input: {
    readonly bucket: string;
    readonly key: string;
    readonly versionId?: string;
    readonly sizeBytes: number;
  };
  readonly outputs?: JobOutputs;
  readonly durationMs?: number;
  readonly error?: JobError;
}

export interface Notice {
  /** 1 to 99 printable ASCII characters, SNS's strictest reading of a subject; the first is a letter. */
  readonly subject: string;
  readonly body: JobNotification;
}

const MAX_SUBJECT_LENGTH = 99;

const HEADLINES: Readonly<Record<JobStatus, string>> = {
  SUBMITTED: "Video received",
  PROCESSING: "Video in progress",
  COMPLETE: "Video ready",
  ERROR: "Video failed",
  CANCELED: "Video canceled",
};

/** The one place that words a job's notification. */
export function noticeOf(job: Job): Notice {
  const fileName = posix.basename(job.inputFile).replace(/[^\x20-\x7e]/gu, "?");
  return {
    subject: `${HEADLINES[job.status]}: ${fileName}`.slice(0, MAX_SUBJECT_LENGTH),
    body: {
      schemaVersion: 1,
      jobId: job.jobId,
      mediaConvertJobId: job.mediaConvertJobId,
      status: job.status,
      input: {
        bucket: job.inputBucket,
        key: job.inputFile,
        versionId: job.inputVersionId,
        sizeBytes: job.fileSize,
      },
      outputs: job.outputs,
      durationMs: job.durationMs,
      error: job.error,
    },
  };
}
