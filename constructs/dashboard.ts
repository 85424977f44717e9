import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";
import type { JobQueue } from "./job-queue";
import type { Names } from "./naming";
import type { NodeFunction } from "./node-function";
import type { Transcoder } from "./transcoder";

export interface DashboardProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly processor: NodeFunction;
  readonly statusUpdater: NodeFunction;
  readonly sweeper: NodeFunction;
  readonly queues: JobQueue;
  readonly transcoder: Transcoder;
}

/** Namespace, metric, then dimension names and values in turn, then how it is shown. */
type Metric = (string | Readonly<Record<string, string>>)[];

const WIDGET = { width: 12, height: 6 };

/** The pipeline at a glance: functions, queues, and MediaConvert in the region where it runs. */
export class Dashboard extends Construct {
  /** Where to look at it. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { aws, names, processor, statusUpdater, sweeper, queues, transcoder } = props;
    const functions = [processor, statusUpdater, sweeper];
    const lambda = (metric: string, stat: string) =>
      functions.map(({ name }): Metric => ["AWS/Lambda", metric, "FunctionName", name, { stat }]);
    const depth = [queues.retryLane, queues.deadLetters, queues.statusDeadLetters].map(
      ({ name }): Metric => [
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "QueueName",
        name,
        { stat: "Maximum" },
      ],
    );
    const jobs = ["JobsCompletedCount", "JobsErroredCount"].map(
      (metric): Metric => ["AWS/MediaConvert", metric, "Queue", transcoder.queueArn, { stat: "Sum" }],
    );
    const widgets = [
      graph("Lambda invocations", aws.region, lambda("Invocations", "Sum")),
      graph("Lambda errors", aws.region, lambda("Errors", "Sum")),
      graph("Lambda duration", aws.region, lambda("Duration", "Average")),
      graph("Queue depth", aws.region, depth),
      graph("MediaConvert jobs", transcoder.region, jobs),
    ].map((widget, index) => ({
      ...widget,
      ...WIDGET,
      x: (index % 2) * WIDGET.width,
      y: Math.floor(index / 2) * WIDGET.height,
    }));
    new CloudwatchDashboard(this, "dashboard", {
      dashboardName: names.of("dashboard"),
      dashboardBody: JSON.stringify({ widgets }),
    });
    this.url = `https://console.aws.amazon.com/cloudwatch/home?region=${aws.region}#dashboards:name=${names.of("dashboard")}`;
  }
}

function graph(title: string, region: string, metrics: Metric[]) {
  return {
    type: "metric",
    properties: { title, region, metrics, view: "timeSeries", period: 300, yAxis: { left: { min: 0 } } },
  };
}
