import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { z } from "zod";
import { readEnvironment, required } from "../environment";
import { DynamoJobRepository } from "../jobs/dynamo-job-repository";
import { jobIdOf } from "../jobs/job-id";
import { jobTableClient } from "../jobs/job-table-client";
import { SnsNotifier } from "../jobs/sns-notifier";
import { MediaConvertTranscoder } from "../transcoding/media-convert-transcoder";
import { startJob } from "./start-job";
import { s3Notification, uploadOf } from "./upload";

const environment = readEnvironment(
  z.object({
    JOB_TABLE: required,
    PROCESSED_BUCKET: required,
    THUMBNAILS_BUCKET: required,
    MEDIACONVERT_ROLE: required,
    MEDIACONVERT_QUEUE: required,
    MEDIACONVERT_REGION: required,
    FAILURE_TOPIC: required,
  }),
);
const logger = new Logger({ serviceName: "media-processor" });
const dependencies = {
  jobs: new DynamoJobRepository(jobTableClient(new DynamoDBClient({})), environment.JOB_TABLE),
  notifier: new SnsNotifier(new SNSClient({}), { failure: environment.FAILURE_TOPIC }),
  transcoder: new MediaConvertTranscoder(
    new MediaConvertClient({ region: environment.MEDIACONVERT_REGION }),
    {
      role: environment.MEDIACONVERT_ROLE,
      queue: environment.MEDIACONVERT_QUEUE,
      processedBucket: environment.PROCESSED_BUCKET,
      thumbnailsBucket: environment.THUMBNAILS_BUCKET,
    },
  ),
  now: Date.now,
};

/**
 * Takes an S3 notification with any number of records.
 *
 * @throws one error for all records that failed, so that Lambda delivers the event again; those that
 *   were done are then recognized by their rows
 */
export async function handler(input: unknown, context: Context): Promise<void> {
  const parsed = s3Notification.safeParse(input);
  if (!parsed.success) throw new Error(`Not an S3 notification: ${z.prettifyError(parsed.error)}`);
  if (!("Records" in parsed.data)) {
    logger.info("S3 tested the notification", { requestId: context.awsRequestId });
    return;
  }
  const { Records } = parsed.data;
  const failures: RecordFailure[] = [];
  for (const [index, record] of Records.entries()) {
    const failure = await processRecord(record, index, context.awsRequestId);
    if (failure) failures.push(failure);
  }
  if (failures.length > 0) {
    throw new AggregateError(
      failures.map(({ cause }) => cause),
      `${failures.length} of ${Records.length} records failed: ${failures.map(describe).join("; ")}`,
    );
  }
}

interface RecordFailure {
  /** The object's URL, or the record's place if it isn't known. */
  readonly subject: string;
  readonly cause: unknown;
}

async function processRecord(
  record: unknown,
  index: number,
  requestId: string,
): Promise<RecordFailure | undefined> {
  const log = logger.createChild({ persistentKeys: { requestId } });
  let subject = `record ${index}`;
  try {
    const upload = uploadOf(record);
    const { bucket, key } = upload;
    subject = `s3://${bucket}/${key}`;
    log.appendKeys({ jobId: jobIdOf(upload), bucket, key });
    log.info("Upload handled", { outcome: await startJob(upload, dependencies) });
    return undefined;
  } catch (cause) {
    log.error("Upload not handled; Lambda will deliver it again", { cause });
    return { subject, cause };
  }
}

function describe({ subject, cause }: RecordFailure): string {
  return `${subject}: ${cause instanceof Error ? cause.message : String(cause)}`;
}
