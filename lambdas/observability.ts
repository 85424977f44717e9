import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Job } from "./jobs/job";
import { isTerminal } from "./jobs/job-state";

/** Structured logs; POWERTOOLS_SERVICE_NAME says whose. Under Active tracing each line has its trace's id. */
export const logger = new Logger();

/**
 * CloudWatch metrics, written as log lines (EMF): they cost no call, and are lost with no log line.
 * POWERTOOLS_METRICS_NAMESPACE is the namespace and POWERTOOLS_SERVICE_NAME the one dimension, `service`.
 * docs/metrics.md lists the names.
 */
const metrics = new Metrics();

/** A job that MediaConvert has just accepted. */
export function countSubmission(job: Pick<Job, "estimatedCostUsd">): void {
  metrics.addMetric("JobsSubmitted", MetricUnit.Count, 1);
  if (job.estimatedCostUsd !== undefined) {
    metrics.addMetric("EstimatedCostUsd", MetricUnit.NoUnit, job.estimatedCostUsd);
  }
}

const END_METRICS = { COMPLETE: "JobsCompleted", ERROR: "JobsFailed", CANCELED: "JobsCanceled" } as const;

/** A job that has just ended; its row as the end left it. Others aren't counted. */
export function countEnd({ status, createdAt, updatedAt }: Job): void {
  if (!isTerminal(status)) return;
  metrics.addMetric(END_METRICS[status], MetricUnit.Count, 1);
  if (status === "COMPLETE") metrics.addMetric("JobSeconds", MetricUnit.Seconds, updatedAt - createdAt);
}

/** Writes what was counted; to be called at the end of every invocation, a failed one too. */
export function publishMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
