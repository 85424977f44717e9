import { posix } from "node:path";
import type { Job, JobError, JobOutputs, Rendition } from "./job";
import type { EndStatus } from "./job-state";

/**
 * What subscribers get: the message's JSON, version 1 of the schema in docs/notification.schema.json.
 * Fields that a job doesn't have are left out.
 */
export interface JobNotification {
  readonly schemaVersion: 1;
  readonly jobId: string;
  readonly mediaConvertJobId?: string;
  readonly status: EndStatus;
  /** For people: what happened and, unless all is well, what to do. */
  readonly summary: string;
  readonly input: {
    readonly bucket: string;
    readonly key: string;
    readonly versionId?: string;
    readonly sizeBytes: number;
  };
  readonly outputs?: JobOutputs;
  readonly renditions?: readonly Rendition[];
  readonly durationMs?: number;
  readonly estimatedCostUsd?: number;
  /** MediaConvert's texts by its codes. */
  readonly warnings?: Readonly<Record<string, string>>;
  readonly error?: JobError;
}

/** The row of a job that has ended. */
export type EndedJob = Job & { readonly status: EndStatus };

export interface Notice {
  /** 1 to 99 printable ASCII characters, SNS's strictest reading of a subject; the first is a letter. */
  readonly subject: string;
  readonly body: JobNotification;
}

const MAX_SUBJECT_LENGTH = 99;

const HEADLINES: Readonly<Record<EndStatus, string>> = {
  COMPLETE: "Video ready",
  ERROR: "Video failed",
  CANCELED: "Video canceled",
};

/** The one place that words a job's notification. */
export function noticeOf(job: EndedJob): Notice {
  const fileName = posix.basename(job.inputFile).replace(/[^\x20-\x7e]/gu, "?");
  return {
    subject: `${HEADLINES[job.status]}: ${fileName}`.slice(0, MAX_SUBJECT_LENGTH),
    body: {
      schemaVersion: 1,
      jobId: job.jobId,
      mediaConvertJobId: job.mediaConvertJobId,
      status: job.status,
      summary: summaryOf(job),
      input: {
        bucket: job.inputBucket,
        key: job.inputFile,
        versionId: job.inputVersionId,
        sizeBytes: job.fileSize,
      },
      outputs: job.outputs,
      renditions: job.renditions,
      durationMs: job.durationMs,
      estimatedCostUsd: job.estimatedCostUsd,
      warnings: job.warnings,
      error: job.status === "ERROR" ? job.error : undefined,
    },
  };
}

function summaryOf({ status, inputBucket, inputFile, outputs, error }: EndedJob): string {
  const video = `s3://${inputBucket}/${inputFile}`;
  switch (status) {
    case "COMPLETE":
      return `${video} is ready to be played${outputs?.hlsManifest ? `: ${outputs.hlsManifest}` : ""}.`;
    case "ERROR":
      return [`${video} failed.`, error?.message, error?.advice].filter(Boolean).join(" ");
    case "CANCELED":
      return `The job of ${video} was canceled in MediaConvert. If that was a mistake, run it again.`;
  }
}
