import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context, SQSBatchResponse } from "aws-lambda";
import { readEnvironment, required, requiredNumber, trueOrFalse } from "../environment";
import { DailyBudget } from "../jobs/daily-budget";
import { SnsNotifier } from "../jobs/job-notification";
import { JobRepository } from "../jobs/job-repository";
import { queueClient, SqsRetryLane } from "../jobs/retry-lane";
import { logger, publishMetrics } from "../observability";
import { createClient, MEDIACONVERT_LIMITS } from "../service-client";
import { MediaConvertTranscoder } from "../transcoding/media-convert-transcoder";
import { pricedBy, pricedSettings } from "../transcoding/priced-settings";
import * as z from "../zod";
import { SqsDeadLetters } from "./dead-letters";
import { recordsOf } from "./message";
import { OrderBindings } from "./order-bindings";
import { type MessageDependencies, messageBatch, processMessages } from "./process-messages";
import { failureOf, processRecords } from "./process-records";
import { S3SourceStore } from "./source-store";
import { S3TrackLabels } from "./track-labels";

const environment = readEnvironment(
  z.extend(pricedSettings, {
    SOURCE_SUFFIXES: z.pipe(
      required,
      z.transform((list: string) => list.split(",")),
    ),
    JOB_TABLE: required,
    JOB_RETENTION_DAYS: z.optional(requiredNumber({ above: 0 })),
    PROCESSED_BUCKET: required,
    THUMBNAILS_BUCKET: required,
    MEDIACONVERT_ROLE: required,
    MEDIACONVERT_QUEUE: required,
    FAILURE_TOPIC: required,
    RETRY_QUEUE_URL: required,
    DEAD_LETTER_QUEUE_URL: required,
    MAX_INPUT_MINUTES: requiredNumber({ above: 0 }),
    MAX_JOB_COST_USD: requiredNumber({ above: 0 }),
    DAILY_BUDGET_USD: z.optional(requiredNumber({ above: 0 })),
    BUDGET_TIME_ZONE: required,
    PROGRESSIVE_MANIFEST: trueOrFalse,
  }),
);

const sqs = queueClient();
const dynamoDb = createClient(DynamoDBClient, {});
const s3 = createClient(S3Client, {});
const services: Omit<MessageDependencies, "remainingMs"> = {
  jobs: new JobRepository(dynamoDb, environment.JOB_TABLE, Date.now, environment.JOB_RETENTION_DAYS),
  orders: new OrderBindings(dynamoDb, environment.JOB_TABLE),
  budget: new DailyBudget(dynamoDb, environment.JOB_TABLE),
  notifier: new SnsNotifier(createClient(SNSClient, {}), { failure: environment.FAILURE_TOPIC }),
  sources: new S3SourceStore(s3),
  labels: new S3TrackLabels(s3),
  transcoder: new MediaConvertTranscoder(
    createClient(MediaConvertClient, { region: environment.MEDIACONVERT_REGION, ...MEDIACONVERT_LIMITS }),
    {
      role: environment.MEDIACONVERT_ROLE,
      queue: environment.MEDIACONVERT_QUEUE,
      processedBucket: environment.PROCESSED_BUCKET,
      thumbnailsBucket: environment.THUMBNAILS_BUCKET,
    },
  ),
  retryLane: new SqsRetryLane(sqs, environment.RETRY_QUEUE_URL),
  deadLetters: new SqsDeadLetters(sqs, environment.DEAD_LETTER_QUEUE_URL),
  sourceSuffixes: environment.SOURCE_SUFFIXES,
  limits: {
    ...pricedBy(environment),
    progressiveManifest: environment.PROGRESSIVE_MANIFEST,
    maxInputMinutes: environment.MAX_INPUT_MINUTES,
    maxJobCostUsd: environment.MAX_JOB_COST_USD,
    daily: environment.DAILY_BUDGET_USD
      ? { usd: environment.DAILY_BUDGET_USD, timeZone: environment.BUDGET_TIME_ZONE }
      : undefined,
  },
  now: Date.now,
};

/**
 * Handles an S3 notification, or a batch of messages from the processing queue.
 *
 * @returns for a batch, the failed messages
 * @throws for a notification, one error that names every record that neither succeeded nor reached the
 *   retry lane, so that Lambda retries the event; the rows keep the others from being repeated
 */
export async function handler(event: unknown, context: Context): Promise<SQSBatchResponse | undefined> {
  const log = logger.createChild({ persistentKeys: { requestId: context.awsRequestId } });
  const dependencies = { ...services, remainingMs: () => context.getRemainingTimeInMillis() };
  try {
    const batch = messageBatch.safeParse(event);
    if (batch.success) return await processMessages(batch.data.Records, dependencies, log);
    const records = recordsOf(event);
    if (records.length === 0) log.info("No records, as in S3's test event");
    const failures = await processRecords(records, dependencies, log);
    if (failures.length > 0) throw failureOf(failures, records.length);
    return undefined;
  } finally {
    publishMetrics();
  }
}
