import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { Dashboard, type DashboardProps } from "./dashboard";
import { METRICS_NAMESPACE, type NodeFunction } from "./node-function";

export interface MonitoringProps extends DashboardProps {
  /** The rule that delivers MediaConvert's events to status-updater. */
  readonly statusRuleName: string;
  /** The rule that starts the sweeps. */
  readonly sweepRuleName: string;
  /** The SNS topic that every alarm publishes to, when it fires and when it is over. */
  readonly alarmTopicArn: string;
}

type AlarmedMetric = Pick<
  CloudwatchMetricAlarmConfig,
  "namespace" | "metricName" | "dimensions" | "statistic" | "threshold" | "alarmDescription"
> & {
  /** @default 300 */
  readonly periodSeconds?: number;
  /** Whether values below the threshold raise the alarm, as missing ones then do. @default false */
  readonly isMinimum?: boolean;
};

const PERIOD_SECONDS = 300;
/** Longer than the interval of the sweeps, so that a metric of theirs is never missing. */
const SWEEP_PERIOD_SECONDS = 1800;

/** An alarm for every failure that could lose a video, and a dashboard. */
export class Monitoring extends Construct {
  readonly dashboard: Dashboard;
  private readonly alarmTopicArn: string;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.alarmTopicArn = props.alarmTopicArn;
    this.watchFunctions(props);
    this.watchQueues(props);
    this.watchEvents(props);
    this.watchJobs(props);
    this.dashboard = new Dashboard(this, "dashboard", {
      region: props.region,
      names: props.names,
      processor: props.processor,
      statusUpdater: props.statusUpdater,
      sweeper: props.sweeper,
      queues: props.queues,
      transcoder: props.transcoder,
    });
  }

  private watchFunctions({ names, processor, statusUpdater, sweeper }: MonitoringProps): void {
    const lambda = (metricName: string, { name }: Pick<NodeFunction, "name">) => ({
      namespace: "AWS/Lambda",
      metricName,
      dimensions: { FunctionName: name },
      statistic: "Sum",
    });
    // A failing upload goes to the retry lane. An error is a crash, a time-out or a failing lane: the first one counts.
    this.addAlarm("processor-errors", names.alarms.processorErrors, {
      ...lambda("Errors", processor),
      threshold: 1,
      alarmDescription:
        "media-processor failed: Lambda retries uploads twice, then sends them to the dead-letter queue.",
    });
    // Lambda retries throttled uploads for six hours: many mean too little concurrency, none is lost.
    this.addAlarm("processor-throttles", names.alarms.processorThrottles, {
      ...lambda("Throttles", processor),
      threshold: 11,
      alarmDescription: "media-processor is throttled: raise RESERVED_CONCURRENCY if uploads wait too long.",
    });
    this.addAlarm("processor-drops", names.alarms.processorDrops, {
      ...lambda("AsyncEventsDropped", processor),
      threshold: 1,
      alarmDescription: "Lambda dropped an upload event: look for it in the dead-letter queue.",
    });
    this.addAlarm("processor-recursion", names.alarms.processorRecursion, {
      ...lambda("RecursiveInvocationsDropped", processor),
      threshold: 1,
      alarmDescription:
        "Lambda stopped media-processor as a recursive loop: set its recursion config to Allow, then redrive the uploads from the dead-letter queue.",
    });
    this.addAlarm("status-updater-errors", names.alarms.statusUpdaterErrors, {
      ...lambda("Errors", statusUpdater),
      threshold: 1,
      alarmDescription: "status-updater failed: job rows may be out of date until the next sweep.",
    });
    this.addAlarm("sweeper-errors", names.alarms.sweeperErrors, {
      ...lambda("Errors", sweeper),
      threshold: 1,
      alarmDescription: "job-sweeper failed: jobs whose event was lost stay out of date.",
    });
    this.addAlarm("missing-sweeps", names.alarms.missingSweeps, {
      ...lambda("Invocations", sweeper),
      isMinimum: true,
      threshold: 1,
      periodSeconds: SWEEP_PERIOD_SECONDS,
      alarmDescription: "job-sweeper hasn't run for half an hour: check that its rule is enabled.",
    });
    for (const [id, alarmName, watched] of [
      ["processor-dead-letter-errors", names.alarms.processorDeadLetterErrors, processor],
      ["status-updater-dead-letter-errors", names.alarms.statusUpdaterDeadLetterErrors, statusUpdater],
      ["sweeper-dead-letter-errors", names.alarms.sweeperDeadLetterErrors, sweeper],
    ] as const) {
      this.addAlarm(id, alarmName, {
        ...lambda("DeadLetterErrors", watched),
        threshold: 1,
        alarmDescription:
          "Lambda couldn't send a failed event to the dead-letter queue and lost it: check the role and the queue.",
      });
    }
  }

  private watchQueues({ names, queues }: MonitoringProps): void {
    const queue = (metricName: string, { name }: { name: string }) => ({
      namespace: "AWS/SQS",
      metricName,
      dimensions: { QueueName: name },
      // An average could hide one message.
      statistic: "Maximum",
    });
    this.addAlarm("dead-letters", names.alarms.deadLetters, {
      ...queue("ApproximateNumberOfMessagesVisible", queues.deadLetters),
      threshold: 1,
      alarmDescription:
        "An upload failed for good: read it in the dead-letter queue, fix the cause, and redrive it.",
    });
    this.addAlarm("status-dead-letters", names.alarms.statusDeadLetters, {
      ...queue("ApproximateNumberOfMessagesVisible", queues.statusDeadLetters),
      threshold: 1,
      alarmDescription:
        "A MediaConvert event or a sweep failed for good: read it in the status dead-letter queue.",
    });
    this.addAlarm("retry-age", names.alarms.retryAge, {
      ...queue("ApproximateAgeOfOldestMessage", queues.retry),
      // Four times SQS's longest message delay, 15 minutes.
      threshold: 3600,
      alarmDescription:
        "A message has waited in the processing queue for an hour: check that media-processor consumes the queue.",
    });
  }

  private watchEvents({ names, statusRuleName, sweepRuleName }: MonitoringProps): void {
    const failures = (ruleName: string) => ({
      namespace: "AWS/Events",
      metricName: "FailedInvocations",
      dimensions: { RuleName: ruleName },
      statistic: "Sum",
      threshold: 1,
    });
    this.addAlarm("undelivered-events", names.alarms.undeliveredEvents, {
      ...failures(statusRuleName),
      alarmDescription:
        "EventBridge could not deliver a MediaConvert event to status-updater: read it in the status dead-letter queue.",
    });
    this.addAlarm("undelivered-sweeps", names.alarms.undeliveredSweeps, {
      ...failures(sweepRuleName),
      alarmDescription: "EventBridge could not start job-sweeper: read why in the status dead-letter queue.",
    });
  }

  /** By the functions' own metrics. */
  private watchJobs({ names, processor, statusUpdater, sweeper }: MonitoringProps): void {
    const job = (metricName: string, { name }: Pick<NodeFunction, "name">, statistic = "Sum") => ({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensions: { service: name },
      statistic,
    });
    const postponed = (cause: string) => ({
      ...job("JobsPostponed", processor),
      dimensions: { service: processor.name, cause },
    });
    // An alarm on MediaConvert's own JobsErroredCount, in the transcode region, could not publish to the home region.
    this.addAlarm("failed-jobs", names.alarms.failedJobs, {
      ...job("JobsFailed", statusUpdater),
      threshold: 1,
      alarmDescription:
        "MediaConvert ended a job with ERROR: the failure notification and the job's row give the reason.",
    });
    this.addAlarm("refused-jobs", names.alarms.refusedJobs, {
      ...job("JobsFailed", processor),
      threshold: 1,
      alarmDescription:
        "media-processor refused an upload: the failure notification and the job's row give the reason.",
    });
    this.addAlarm("failed-jobs-swept", names.alarms.failedJobsSwept, {
      ...job("JobsFailed", sweeper),
      threshold: 1,
      periodSeconds: SWEEP_PERIOD_SECONDS,
      alarmDescription:
        "job-sweeper ended a job with ERROR: the failure notification and the job's row give the reason.",
    });
    // An alarm on the relay's own FailedInvocations, in the transcode region, could not publish to the home region.
    this.addAlarm("lost-events", names.alarms.lostEvents, {
      ...job("JobsCompleted", sweeper),
      threshold: 1,
      periodSeconds: SWEEP_PERIOD_SECONDS,
      alarmDescription:
        "job-sweeper completed a job whose event was lost: check the rules between MediaConvert and status-updater.",
    });
    // At the first delivery: SQS moves the message to the dead-letter queue only after the fifth.
    this.addAlarm("failed-messages", names.alarms.failedMessages, {
      ...job("MessagesFailed", processor),
      threshold: 1,
      alarmDescription:
        "A message of the processing queue, such as an order, failed: media-processor's log says why. " +
        "A bad one is in the dead-letter queue, with the reason.",
    });
    this.addAlarm("ignored-uploads", names.alarms.ignoredUploads, {
      ...job("UploadsIgnored", processor),
      threshold: 1,
      alarmDescription:
        "An upload started no job, because SOURCE_SUFFIXES doesn't list its ending: media-processor's log names it.",
    });
    // A few postponements are normal in a burst of uploads.
    this.addAlarm("postponed-jobs", names.alarms.postponedJobs, {
      ...postponed("MediaConvert"),
      threshold: 20,
      alarmDescription:
        "MediaConvert declines or doesn't answer many calls: media-processor's log names the cause.",
    });
    this.addAlarm("budget-spent", names.alarms.budgetSpent, {
      ...postponed("Budget"),
      threshold: 1,
      // Waiting jobs are tried at least every 15 minutes, so the alarm fires once and lasts.
      periodSeconds: 3600,
      alarmDescription:
        "The day's budget is spent: jobs wait until the next day, or for a higher DAILY_BUDGET_USD.",
    });
    this.addAlarm("oldest-wait", names.alarms.oldestWait, {
      ...job("OldestWaitingSeconds", sweeper, "Maximum"),
      threshold: 3600,
      periodSeconds: SWEEP_PERIOD_SECONDS,
      alarmDescription: "An upload has waited for an hour: media-processor's log names the cause.",
    });
    this.addAlarm("stray-jobs", names.alarms.strayJobs, {
      ...job("StrayJobsCanceled", statusUpdater),
      threshold: 1,
      alarmDescription:
        "MediaConvert ran a second job for a video, which status-updater canceled: its log names the job.",
    });
    this.addAlarm("unswept-jobs", names.alarms.unsweptJobs, {
      ...job("SweepFailures", sweeper),
      threshold: 1,
      periodSeconds: SWEEP_PERIOD_SECONDS,
      alarmDescription: "job-sweeper couldn't check a job: its log names the job and the cause.",
    });
  }

  private addAlarm(
    id: string,
    alarmName: string,
    { periodSeconds = PERIOD_SECONDS, isMinimum = false, ...metric }: AlarmedMetric,
  ): void {
    new CloudwatchMetricAlarm(this, id, {
      ...metric,
      alarmName,
      comparisonOperator: isMinimum ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold",
      period: periodSeconds,
      evaluationPeriods: 1,
      treatMissingData: isMinimum ? "breaching" : "notBreaching",
      alarmActions: [this.alarmTopicArn],
      okActions: [this.alarmTopicArn],
      tags: { Name: alarmName },
    });
  }
}
