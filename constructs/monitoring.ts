import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";
import { Dashboard } from "./dashboard";
import type { JobQueue } from "./job-queue";
import type { Named, Names } from "./naming";
import { METRICS_NAMESPACE, type NodeFunction } from "./node-function";
import type { NotificationTopics } from "./notification-topics";
import type { Transcoder } from "./transcoder";

export interface MonitoringProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly processor: NodeFunction;
  readonly statusUpdater: NodeFunction;
  readonly sweeper: NodeFunction;
  readonly statusRuleName: string;
  readonly queues: JobQueue;
  readonly topics: NotificationTopics;
  readonly transcoder: Transcoder;
}

type Watch = Pick<
  CloudwatchMetricAlarmConfig,
  "namespace" | "metricName" | "dimensions" | "statistic" | "threshold" | "alarmDescription"
>;

const PERIOD_SECONDS = 300;

/** What tells people before a user does: an alarm for everything that can lose a video, and a dashboard. */
export class Monitoring extends Construct {
  readonly dashboard: Dashboard;
  private readonly props: MonitoringProps;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.props = props;
    this.watchFunctions();
    this.watchQueues();
    this.watchEvents();
    this.dashboard = new Dashboard(this, "dashboard", props);
  }

  private watchFunctions(): void {
    const { processor, statusUpdater, sweeper } = this.props;
    const lambda = (metricName: string, { name }: NodeFunction) => ({
      namespace: "AWS/Lambda",
      metricName,
      dimensions: { FunctionName: name },
      statistic: "Sum",
    });
    // One upload that fails for good makes three errors, so the first has to count.
    this.alarm("processor-errors", "processorErrorAlarm", {
      ...lambda("Errors", processor),
      threshold: 1,
      alarmDescription:
        "media-processor failed: uploads may wait in Lambda's retries or lie in the dead-letter queue.",
    });
    // Throttled uploads are tried again for six hours: many are a sign of too little concurrency, none is a loss.
    this.alarm("processor-throttles", "processorThrottleAlarm", {
      ...lambda("Throttles", processor),
      threshold: 11,
      alarmDescription: "media-processor is throttled: raise RESERVED_CONCURRENCY if uploads wait too long.",
    });
    this.alarm("processor-drops", "processorDropAlarm", {
      ...lambda("AsyncEventsDropped", processor),
      threshold: 1,
      alarmDescription: "Lambda gave up an upload event: look for it in the dead-letter queue.",
    });
    this.alarm("status-updater-errors", "statusUpdaterErrorAlarm", {
      ...lambda("Errors", statusUpdater),
      threshold: 1,
      alarmDescription: "status-updater failed: job rows may be behind MediaConvert until the next sweep.",
    });
    this.alarm("sweeper-errors", "sweeperErrorAlarm", {
      ...lambda("Errors", sweeper),
      threshold: 1,
      alarmDescription: "job-sweeper failed: jobs whose event was lost stay as they are.",
    });
  }

  private watchQueues(): void {
    const { retryLane, deadLetters, statusDeadLetters } = this.props.queues;
    const queue = (metricName: string, QueueName: string) => ({
      namespace: "AWS/SQS",
      metricName,
      dimensions: { QueueName },
      statistic: "Maximum",
    });
    this.alarm("dead-letters", "deadLetterAlarm", {
      ...queue("ApproximateNumberOfMessagesVisible", deadLetters.name),
      threshold: 1,
      alarmDescription:
        "An upload failed for good: read it in the dead-letter queue, mend the cause, redrive.",
    });
    this.alarm("status-dead-letters", "statusDeadLetterAlarm", {
      ...queue("ApproximateNumberOfMessagesVisible", statusDeadLetters.name),
      threshold: 1,
      alarmDescription:
        "A MediaConvert event or a sweep failed for good: read it in the status dead-letter queue.",
    });
    this.alarm("retry-age", "retryAgeAlarm", {
      ...queue("ApproximateAgeOfOldestMessage", retryLane.name),
      // Four times the longest delay that a message can have in SQS, 15 minutes.
      threshold: 3600,
      alarmDescription:
        "A message has waited for an hour in the retry lane: does media-processor take from it?",
    });
  }

  private watchEvents(): void {
    this.alarm("undelivered-events", "statusRuleAlarm", {
      namespace: "AWS/Events",
      metricName: "FailedInvocations",
      dimensions: { RuleName: this.props.statusRuleName },
      statistic: "Sum",
      threshold: 1,
      alarmDescription: "EventBridge could not hand a MediaConvert event to status-updater.",
    });
    // MediaConvert's own JobsErroredCount stays in its region, where an alarm could not reach the topic at home.
    this.alarm("failed-jobs", "failedJobAlarm", {
      namespace: METRICS_NAMESPACE,
      metricName: "JobsFailed",
      dimensions: { service: this.props.statusUpdater.name },
      statistic: "Sum",
      threshold: 1,
      alarmDescription:
        "MediaConvert ended a job with ERROR: the failure notification and the job's row say why.",
    });
  }

  private alarm(id: string, name: Named, watch: Watch): void {
    const { names, topics } = this.props;
    new CloudwatchMetricAlarm(this, id, {
      ...watch,
      alarmName: names.of(name),
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      period: PERIOD_SECONDS,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [topics.failureArn],
      tags: { Name: names.of(name) },
    });
  }
}
