import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import type { Context } from "aws-lambda";
import { readEnvironment, required, requiredNumber } from "../environment";
import { eventServices, eventVariables } from "../jobs/event-services";
import { queueClient, SqsRetryLane } from "../jobs/retry-lane";
import {
  countEnd,
  countPostponement,
  countSweepFailures,
  logger,
  measureWait,
  publishMetrics,
} from "../observability";
import { createClient, withDeadline } from "../service-client";
import * as z from "../zod";
import { MediaConvertApiRecord } from "./media-convert-record";
import { type SweptJob, sweepJobs } from "./sweep-jobs";

const environment = readEnvironment(
  z.extend(eventVariables, {
    RETRY_QUEUE_URL: required,
    STUCK_AFTER_MINUTES: requiredNumber({ above: 0 }),
  }),
);
const dependencies = {
  ...eventServices(environment),
  record: new MediaConvertApiRecord(
    createClient(MediaConvertClient, { region: environment.MEDIACONVERT_REGION }),
  ),
  retryLane: new SqsRetryLane(queueClient(), environment.RETRY_QUEUE_URL),
  stuckAfterSeconds: environment.STUCK_AFTER_MINUTES * 60,
};

/** Enough for one job, including the SDK's retries. */
const LAST_JOB_MS = 30_000;
/** Leaves time to log the result. */
const RESERVE_MS = 5_000;

/**
 * Runs on a schedule and ignores the event. A job that couldn't be checked has a log line and is counted; it
 * doesn't fail the sweep, which Lambda would repeat.
 */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const log = logger.createChild({ persistentKeys: { requestId: context.awsRequestId } });
  const report = ({ jobId, outcome, ended, cause }: SweptJob) => {
    if (ended) countEnd(ended);
    if (outcome === "failed") return log.error("Job not swept", { jobId, cause });
    if (outcome !== "put back") return log.info("Job swept", { jobId, outcome });
    countPostponement("Sweep");
    log.warn("Job postponed", { jobId, outcome, cause: "No attempt to start the job has changed its row." });
  };
  const hasTime = () => context.getRemainingTimeInMillis() > LAST_JOB_MS;
  try {
    const { oldestWaitSeconds, ...result } = await withDeadline(
      context.getRemainingTimeInMillis() - RESERVE_MS,
      () => sweepJobs({ ...dependencies, report, hasTime }),
    );
    log.info("Sweep ended", { ...result, oldestWaitSeconds });
    measureWait(oldestWaitSeconds);
    countSweepFailures(result.failed);
    if (result.moreLeft) log.warn("The next sweep continues with the jobs that are left");
  } finally {
    publishMetrics();
  }
}
