import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context, SQSBatchResponse } from "aws-lambda";
import { z } from "zod";
import { numberOr, readEnvironment, required } from "../environment";
import { DynamoJobRepository } from "../jobs/dynamo-job-repository";
import { jobTableClient } from "../jobs/job-table-client";
import { retryQueueClient, SqsRetryLane } from "../jobs/retry-lane";
import { SnsNotifier } from "../jobs/sns-notifier";
import { logger, publishMetrics } from "../observability";
import { DEFAULT_MAX_HEIGHT_PX, ladderUpTo, SMALLEST_RUNG_PX } from "../transcoding/ladder";
import { MediaConvertTranscoder } from "../transcoding/media-convert-transcoder";
import { recordsOf } from "./message";
import { messageBatch, processMessages } from "./process-messages";
import { failureOf, processRecords } from "./process-records";
import { S3SourceStore } from "./source-store";
import type { StartJobDependencies } from "./start-job";

const environment = readEnvironment(
  z.object({
    JOB_TABLE: required,
    PROCESSED_BUCKET: required,
    THUMBNAILS_BUCKET: required,
    MEDIACONVERT_ROLE: required,
    MEDIACONVERT_QUEUE: required,
    MEDIACONVERT_REGION: required,
    FAILURE_TOPIC: required,
    RETRY_QUEUE_URL: required,
    MAX_INPUT_MINUTES: numberOr(360, { above: 0 }),
    MAX_JOB_COST_USD: numberOr(50, { above: 0 }),
    LADDER_MAX_HEIGHT: numberOr(DEFAULT_MAX_HEIGHT_PX, { atLeast: SMALLEST_RUNG_PX }),
  }),
);

/** Milliseconds. Two tries of each call end before the function's own time-out, so it can still postpone. */
const mediaConvertPatience = { connectionTimeout: 3_000, requestTimeout: 15_000 };

const dependencies: StartJobDependencies = {
  jobs: new DynamoJobRepository(jobTableClient(new DynamoDBClient({})), environment.JOB_TABLE),
  notifier: new SnsNotifier(new SNSClient({}), { failure: environment.FAILURE_TOPIC }),
  sources: new S3SourceStore(new S3Client({})),
  transcoder: new MediaConvertTranscoder(
    new MediaConvertClient({
      region: environment.MEDIACONVERT_REGION,
      maxAttempts: 2,
      requestHandler: mediaConvertPatience,
    }),
    {
      role: environment.MEDIACONVERT_ROLE,
      queue: environment.MEDIACONVERT_QUEUE,
      processedBucket: environment.PROCESSED_BUCKET,
      thumbnailsBucket: environment.THUMBNAILS_BUCKET,
    },
  ),
  retryLane: new SqsRetryLane(retryQueueClient(), environment.RETRY_QUEUE_URL),
  limits: {
    ladder: ladderUpTo(environment.LADDER_MAX_HEIGHT),
    maxInputMinutes: environment.MAX_INPUT_MINUTES,
    maxJobCostUsd: environment.MAX_JOB_COST_USD,
  },
  now: Date.now,
};

/**
 * Takes an S3 notification from S3, or a batch of the processing queue's messages, each with any number of
 * records.
 *
 * @returns for a batch: the messages that failed
 * @throws for a notification: one error for all records that neither were done nor could be put into the
 *   retry lane, so that Lambda delivers the event again; what was done is then recognized by its rows
 */
export async function handler(event: unknown, context: Context): Promise<SQSBatchResponse | undefined> {
  const log = logger.createChild({ persistentKeys: { requestId: context.awsRequestId } });
  try {
    const batch = messageBatch.safeParse(event);
    if (batch.success) return await processMessages(batch.data.Records, dependencies, log);
    const records = recordsOf(event);
    if (records.length === 0) log.info("S3 tested the notification");
    const failures = await processRecords(records, dependencies, log);
    if (failures.length > 0) throw failureOf(failures, records.length);
    return undefined;
  } finally {
    publishMetrics();
  }
}
