import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { isTerminal, type Job } from "./jobs/job";

/** JSON log lines. POWERTOOLS_SERVICE_NAME sets their `service`; Active tracing adds the trace id. */
export const logger = new Logger();

/**
 * CloudWatch metrics, written as log lines (EMF), so that they need no API call. POWERTOOLS_METRICS_NAMESPACE
 * is the namespace, POWERTOOLS_SERVICE_NAME the only dimension, `service`. docs/metrics.md lists the names.
 */
const metrics = new Metrics();

/** Counts a job that MediaConvert has just accepted. */
export function countSubmission(job: Pick<Job, "estimatedCostUsd">): void {
  metrics.addMetric("JobsSubmitted", MetricUnit.Count, 1);
  if (job.estimatedCostUsd !== undefined) {
    metrics.addMetric("EstimatedCostUsd", MetricUnit.NoUnit, job.estimatedCostUsd);
  }
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
