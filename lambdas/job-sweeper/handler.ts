import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { z } from "zod";
import { readEnvironment, required, requiredNumber } from "../environment";
import { SnsNotifier } from "../jobs/job-notification";
import { JobRepository } from "../jobs/job-repository";
import { retryQueueClient, SqsRetryLane } from "../jobs/retry-lane";
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
    STUCK_AFTER_MINUTES: requiredNumber({ above: 0 }),
  }),
);
const dependencies = {
  jobs: new JobRepository(new DynamoDBClient({}), environment.JOB_TABLE),
  notifier: new SnsNotifier(new SNSClient({}), {
    completion: environment.COMPLETION_TOPIC,
    failure: environment.FAILURE_TOPIC,
  }),
  record: new MediaConvertApiRecord(new MediaConvertClient({ region: environment.MEDIACONVERT_REGION })),
  retryLane: new SqsRetryLane(retryQueueClient(), environment.RETRY_QUEUE_URL),
  now: Date.now,
  stuckAfterSeconds: environment.STUCK_AFTER_MINUTES * 60,
};

/** Enough for one job, including the SDK's retries. */
const LAST_JOB_MS = 15_000;

/**
 * Runs on a schedule and ignores the event.
 *
 * @throws if a job couldn't be checked, after all others were; each has a log line
 */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const log = logger.createChild({ persistentKeys: { requestId: context.awsRequestId } });
  const report = ({ jobId, outcome, ended, cause }: SweptJob) => {
    if (ended) countEnd(ended);
    if (outcome === "failed") log.error("Job not swept", { jobId, cause });
    else log.info("Job swept", { jobId, outcome });
  };
  const hasTime = () => context.getRemainingTimeInMillis() > LAST_JOB_MS;
  try {
    const result = await sweepJobs({ ...dependencies, report, hasTime });
    log.info("Sweep ended", { ...result });
    if (result.moreLeft) log.warn("The next sweep continues with the jobs that are left");
    if (result.failed > 0) {
      throw new Error(
        `${result.failed} of ${result.looked} jobs couldn't be checked; the log says why for each.`,
      );
    }
  } finally {
    publishMetrics();
  }
}
