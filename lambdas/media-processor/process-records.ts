import type { Logger } from "@aws-lambda-powertools/logger";
import { jobIdOf } from "../jobs/job-id";
import { countEnd, countPostponement, countSubmission } from "../observability";
import { type StartedJob, type StartJobDependencies, startJob } from "./start-job";
import { type Upload, uploadOf } from "./upload";

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

/**
 * Processes each record independently: one that fails is sent to the retry lane alone, so that the others
 * aren't repeated because of it.
 *
 * @returns the records that couldn't be sent there
 */
export async function processRecords(
  records: readonly unknown[],
  dependencies: StartJobDependencies,
  logger: Logger,
): Promise<Failure[]> {
  const failures = await Promise.all(
    records.map(async (record, index) => {
      const log = logger.createChild();
      let subject = `record ${index}`;
      try {
        const upload = uploadOf(record);
        subject = `s3://${upload.bucket}/${upload.key}`;
        await processUpload(upload, dependencies, log);
        return [];
      } catch (cause) {
        log.error("Record failed; sending it to the retry lane", { cause });
        return await postponeRecord(record, subject, cause, dependencies);
      }
    }),
  );
  return failures.flat();
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
