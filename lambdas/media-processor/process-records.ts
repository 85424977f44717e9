import type { Logger } from "@aws-lambda-powertools/logger";
import { jobIdOf } from "../jobs/job-id";
import { countEnd, countSubmission } from "../observability";
import { type StartJobDependencies, startJob } from "./start-job";
import { type Upload, uploadOf } from "./upload";

/** A piece of work that failed and could not be put into the retry lane either. */
export interface Failure {
  /** The object's URL, or the record's place if it isn't known. */
  readonly subject: string;
  readonly cause: unknown;
}

/** Starts the job of one upload, and writes down what came of it. */
export async function processUpload(
  upload: Upload,
  dependencies: StartJobDependencies,
  logger: Logger,
): Promise<void> {
  const { bucket, key, run } = upload;
  logger.appendKeys({ jobId: jobIdOf(upload, run), bucket, key });
  const { outcome, job } = await startJob(upload, dependencies);
  const { attempts, mediaConvertJobId, error } = job;
  logger.info("Upload handled", { outcome, attempts, mediaConvertJobId, reason: error?.code });
  if (outcome === "started" || outcome === "found") countSubmission(job);
  if (outcome === "refused") countEnd(job);
}

/**
 * Each record is judged alone: one that fails goes into the retry lane by itself, so that the good ones
 * aren't done again because of it.
 *
 * @returns the records that couldn't be put there
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
        log.error("Record not handled; it goes into the retry lane", { cause });
        return await handOver(record, subject, cause, dependencies);
      }
    }),
  );
  return failures.flat();
}

async function handOver(
  record: unknown,
  subject: string,
  cause: unknown,
  { retryLane }: StartJobDependencies,
): Promise<Failure[]> {
  try {
    await retryLane.handOver(record);
    return [];
  } catch (laneError) {
    return [
      { subject, cause: new AggregateError([cause, laneError], `${wordsOf(cause)}; ${wordsOf(laneError)}`) },
    ];
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One error for all, to be thrown. */
export function failureOf(failures: readonly Failure[], total: number): AggregateError {
  const each = failures.map(({ subject, cause }) => `${subject}: ${wordsOf(cause)}`);
  return new AggregateError(
    failures.map(({ cause }) => cause),
    `${failures.length} of ${total} records failed: ${each.join(" | ")}`,
  );
}
