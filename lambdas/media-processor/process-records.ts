import type { Logger } from "@aws-lambda-powertools/logger";
import { jobIdOf } from "../jobs/job-id";
import { countEnd, countIgnoredUpload, countPostponement, countSubmission } from "../observability";
import { type StartedJob, type StartJobDependencies, startJob } from "./start-job";
import { type Upload, uploadOf } from "./upload";
import { uploadKindOf } from "./upload-kind";

/** A record that failed and couldn't be sent to the retry lane either. */
export interface Failure {
  /** The object's URL, or the record's index if the URL is unknown. */
  readonly subject: string;
  readonly cause: unknown;
}

const POSTPONEMENTS = {
  postponed: "MediaConvert",
  "over budget": "Budget",
  waiting: "RunningAttempt",
} as const;

function isPostponed(outcome: StartedJob["outcome"]): outcome is keyof typeof POSTPONEMENTS {
  return outcome in POSTPONEMENTS;
}

/** Starts the job of one upload; logs and counts the outcome. */
export async function processUpload(
  upload: Upload,
  dependencies: StartJobDependencies,
  logger: Logger,
): Promise<void> {
  const { bucket, key, run } = upload;
  logger.appendKeys({ jobId: jobIdOf(upload, run), bucket, key });
  const { outcome, job, recordedStart, cause } = await startJob(upload, dependencies);
  const { attempts, mediaConvertJobId, error } = job;
  const facts = { outcome, attempts, mediaConvertJobId, reason: error?.code };
  if (isPostponed(outcome)) {
    logger.warn("Job postponed", { ...facts, cause });
    countPostponement(POSTPONEMENTS[outcome]);
    return;
  }
  if (outcome === "stray") {
    logger.warn("MediaConvert accepted a job whose row has ended; its first event gets it canceled", facts);
    return;
  }
  logger.info("Upload handled", facts);
  if (recordedStart) countSubmission(job);
  if (outcome === "refused") countEnd(job);
}

export type RecordDependencies = StartJobDependencies & {
  /** Endings of the keys of videos; no other upload starts a job. */
  readonly sourceSuffixes: readonly string[];
};

/** Starts the job of the upload in an S3 record. Any upload but a video starts none, and has no row. */
export async function processRecord(
  record: unknown,
  dependencies: RecordDependencies,
  logger: Logger,
): Promise<void> {
  const upload = uploadOf(record);
  const { bucket, key } = upload;
  switch (uploadKindOf(key, dependencies.sourceSuffixes)) {
    case "source":
      return processUpload(upload, dependencies, logger);
    case "companion":
      logger.info("Upload starts no job", { bucket, key });
      return;
    case "ignored":
      logger.warn("Upload ignored: its key has none of the endings in SOURCE_SUFFIXES", { bucket, key });
      countIgnoredUpload();
  }
}

/**
 * Processes each record independently: one that fails is sent to the retry lane alone, so that the others
 * aren't repeated because of it.
 *
 * @returns the records that couldn't be sent there
 */
export async function processRecords(
  records: readonly unknown[],
  dependencies: RecordDependencies,
  logger: Logger,
): Promise<Failure[]> {
  const failures = await Promise.all(
    records.map(async (record, index) => {
      const log = logger.createChild();
      try {
        await processRecord(record, dependencies, log);
        return [];
      } catch (cause) {
        log.error("Record failed; sending it to the retry lane", { cause });
        return await postponeRecord(record, subjectOf(record, index), cause, dependencies);
      }
    }),
  );
  return failures.flat();
}

function subjectOf(record: unknown, index: number): string {
  try {
    const { bucket, key } = uploadOf(record);
    return `s3://${bucket}/${key}`;
  } catch {
    return `record ${index}`;
  }
}

async function postponeRecord(
  record: unknown,
  subject: string,
  cause: unknown,
  { retryLane }: StartJobDependencies,
): Promise<Failure[]> {
  try {
    await retryLane.postponeRecord(record);
    countPostponement("Failure");
    return [];
  } catch (laneError) {
    const message = `${messageOf(cause)}; ${messageOf(laneError)}`;
    return [{ subject, cause: new AggregateError([cause, laneError], message) }];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One error that names every failed record. */
export function failureOf(failures: readonly Failure[], total: number): AggregateError {
  const each = failures.map(({ subject, cause }) => `${subject}: ${messageOf(cause)}`);
  return new AggregateError(
    failures.map(({ cause }) => cause),
    `${failures.length} of ${total} records failed: ${each.join(" | ")}`,
  );
}
