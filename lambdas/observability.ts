import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { isTerminal, type Job } from "./jobs/job";

/** JSON log lines. POWERTOOLS_SERVICE_NAME sets their `service`; Active tracing adds the trace id. */
export const logger = new Logger();

/**
 * CloudWatch metrics, written as log lines (EMF), so that they need no API call. POWERTOOLS_METRICS_NAMESPACE
 * is the namespace, POWERTOOLS_SERVICE_NAME the dimension `service`. docs/metrics.md lists the names.
 */
const metrics = new Metrics();

/** Counts a job that MediaConvert has just accepted. */
export function countSubmission(job: Pick<Job, "estimatedCostUsd">): void {
  metrics.addMetric("JobsSubmitted", MetricUnit.Count, 1);
  if (job.estimatedCostUsd !== undefined) {
    metrics.addMetric("EstimatedCostUsd", MetricUnit.NoUnit, job.estimatedCostUsd);
  }
}

/** Why work waits in the retry lane. Alarms watch `MediaConvert` and `Budget`. */
export type PostponementCause =
  /** It declined a call or didn't answer. */
  | "MediaConvert"
  /** The day's budget is spent. */
  | "Budget"
  /** An earlier attempt may still be running. */
  | "RunningAttempt"
  /** Anything else failed a record of a notification. */
  | "Failure"
  /** A sweep found a job without an attempt. */
  | "Sweep";

/** Counts what goes to the retry lane, with the cause as a second dimension. */
export function countPostponement(cause: PostponementCause): void {
  metrics.singleMetric().addDimension("cause", cause).addMetric("JobsPostponed", MetricUnit.Count, 1);
}

/** Counts an upload that started no job because of its key's ending. */
export function countIgnoredUpload(): void {
  metrics.addMetric("UploadsIgnored", MetricUnit.Count, 1);
}

/** Counts a delivery of a message that failed. */
export function countFailedMessage(): void {
  metrics.addMetric("MessagesFailed", MetricUnit.Count, 1);
}

/** Counts a MediaConvert job that was canceled because its row stands for another one or has ended. */
export function countStrayJob(): void {
  metrics.addMetric("StrayJobsCanceled", MetricUnit.Count, 1);
}

/** Records how long the oldest job has waited for MediaConvert. */
export function measureWait(seconds: number): void {
  metrics.addMetric("OldestWaitingSeconds", MetricUnit.Seconds, seconds);
}

/** Counts jobs that a sweep couldn't check. */
export function countSweepFailures(failed: number): void {
  metrics.addMetric("SweepFailures", MetricUnit.Count, failed);
}

const END_METRICS = { COMPLETE: "JobsCompleted", ERROR: "JobsFailed", CANCELED: "JobsCanceled" } as const;

/** Counts a job that has just ended, from its row as the end left it. */
export function countEnd({ status, createdAt, updatedAt }: Job): void {
  if (!isTerminal(status)) return;
  metrics.addMetric(END_METRICS[status], MetricUnit.Count, 1);
  if (status === "COMPLETE") metrics.addMetric("JobSeconds", MetricUnit.Seconds, updatedAt - createdAt);
}

/** Writes the metrics; call it at the end of every invocation, including a failed one. */
export function publishMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
