import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { z } from "zod";
import { readEnvironment, required } from "../environment";
import { DynamoJobRepository } from "../jobs/dynamo-job-repository";
import { jobTableClient } from "../jobs/job-table-client";
import { retryQueueClient, SqsRetryLane } from "../jobs/retry-lane";
import { SnsNotifier } from "../jobs/sns-notifier";
import { countEnd, logger, publishMetrics } from "../observability";
import { MediaConvertApiRecord } from "./media-convert-record";
import { type SweptJob, sweepJobs } from "./sweep-jobs";

const environment = readEnvironment(
  z.object({
    JOB_TABLE: required,
    MEDIACONVERT_REGION: required,
    RETRY_QUEUE_URL: required,
    COMPLETION_TOPIC: required,
    FAILURE_TOPIC: required,
    STUCK_AFTER_MINUTES: z.coerce.number().positive().default(60),
  }),
);
const dependencies = {
  jobs: new DynamoJobRepository(jobTableClient(new DynamoDBClient({})), environment.JOB_TABLE),
  notifier: new SnsNotifier(new SNSClient({}), {
    completion: environment.COMPLETION_TOPIC,
    failure: environment.FAILURE_TOPIC,
  }),
  record: new MediaConvertApiRecord(new MediaConvertClient({ region: environment.MEDIACONVERT_REGION })),
  retryLane: new SqsRetryLane(retryQueueClient(), environment.RETRY_QUEUE_URL),
  now: Date.now,
  stuckAfterSeconds: environment.STUCK_AFTER_MINUTES * 60,
};

/** Enough for the job in hand, whose calls the SDK may repeat. */
const LAST_JOB_MS = 15_000;

/**
 * Runs on a schedule; what invokes it doesn't matter.
 *
 * @throws if a job couldn't be looked at, after all others were; each has a log line
 */
export async function handler(_input: unknown, context: Context): Promise<void> {
  const log = logger.createChild({ persistentKeys: { requestId: context.awsRequestId } });
  const report = ({ jobId, outcome, ended, cause }: SweptJob) => {
    if (ended) countEnd(ended);
    if (outcome === "failed") log.error("Job not swept", { jobId, cause });
    else log.info("Job swept", { jobId, outcome });
  };
  const mayGoOn = () => context.getRemainingTimeInMillis() > LAST_JOB_MS;
  try {
    const result = await sweepJobs({ ...dependencies, report, mayGoOn });
    log.info("Sweep ended", { ...result });
    if (result.moreLeft) log.warn("More jobs are waiting for the next sweep");
    if (result.failed > 0) {
      throw new Error(
        `${result.failed} of ${result.looked} jobs couldn't be swept; the log says why of each.`,
      );
    }
  } finally {
    publishMetrics();
  }
}
