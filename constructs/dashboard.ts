import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import type { EncryptedQueue } from "./encrypted-queue";
import type { Names } from "./naming";
import type { NodeFunction } from "./node-function";
import type { Transcoder } from "./transcoder";

export interface DashboardProps {
  /** The home region. */
  readonly region: string;
  readonly names: Names;
  readonly processor: Pick<NodeFunction, "name">;
  readonly statusUpdater: Pick<NodeFunction, "name">;
  readonly sweeper: Pick<NodeFunction, "name">;
  readonly queues: Readonly<
    Record<"retry" | "deadLetters" | "statusDeadLetters", Pick<EncryptedQueue, "name">>
  >;
  readonly transcoder: Pick<Transcoder, "queueArn" | "region">;
}

/** Namespace, metric name, dimension names and values in turn, rendering options. */
type Metric = (string | Readonly<Record<string, string>>)[];

const WIDGET = { width: 12, height: 6 };

/** Graphs of the functions, the queues and MediaConvert, each in its own region. */
export class Dashboard extends Construct {
  /** The dashboard in the AWS console. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { region, names, processor, statusUpdater, sweeper, queues, transcoder } = props;
    const functions = [processor, statusUpdater, sweeper];
    const lambda = (metric: string, stat: string) =>
      functions.map(({ name }): Metric => ["AWS/Lambda", metric, "FunctionName", name, { stat }]);
    const depth = [queues.retry, queues.deadLetters, queues.statusDeadLetters].map(
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
      graph("Lambda invocations", region, lambda("Invocations", "Sum")),
      graph("Lambda errors", region, lambda("Errors", "Sum")),
      graph("Lambda duration", region, lambda("Duration", "Average")),
      graph("Queue depth", region, depth),
      graph("MediaConvert jobs", transcoder.region, jobs),
    ].map((widget, index) => ({
      ...widget,
      ...WIDGET,
      x: (index % 2) * WIDGET.width,
      y: Math.floor(index / 2) * WIDGET.height,
    }));
    new CloudwatchDashboard(this, "dashboard", {
      dashboardName: names.dashboards.pipeline,
      dashboardBody: JSON.stringify({ widgets }),
    });
    this.url = `https://console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards:name=${names.dashboards.pipeline}`;
  }
}

function graph(title: string, region: string, metrics: Metric[]) {
  return {
    type: "metric",
    properties: { title, region, metrics, view: "timeSeries", period: 300, yAxis: { left: { min: 0 } } },
  };
}
