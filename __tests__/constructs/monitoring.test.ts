import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { setupJest } from "cdktf/lib/testing/adapters/jest";
import { Monitoring } from "../../constructs/monitoring";
import { names, queue, topics, transcoder } from "./stand-ins";
import { synthesizeScope } from "./synthesized";

setupJest();

const stack = synthesizeScope((scope) => {
  new Monitoring(scope, "monitoring", {
    region: "eu-west-1",
    names,
    processor: { name: "processor" },
    statusUpdater: { name: "updater" },
    sweeper: { name: "sweeper" },
    statusRuleName: "status-rule",
    sweepRuleName: "sweep-rule",
    queues: {
      retry: queue("retries"),
      deadLetters: queue("dead-letters"),
      statusDeadLetters: queue("status-dead-letters"),
    },
    alarmTopicArn: topics.alarmsArn,
    transcoder,
  });
});

const processor = { FunctionName: "processor" };
const postponed = (cause: string) => ({ service: "processor", cause });
const VISIBLE = "ApproximateNumberOfMessagesVisible";
const OLDEST = "ApproximateAgeOfOldestMessage";

describe("the alarm", () => {
  it.each([
    ["media-processor-errors", "AWS/Lambda", "Errors", processor, "Sum", 1],
    ["media-processor-throttles", "AWS/Lambda", "Throttles", processor, "Sum", 11],
    ["media-processor-dropped", "AWS/Lambda", "AsyncEventsDropped", processor, "Sum", 1],
    ["status-updater-errors", "AWS/Lambda", "Errors", { FunctionName: "updater" }, "Sum", 1],
    ["job-sweeper-errors", "AWS/Lambda", "Errors", { FunctionName: "sweeper" }, "Sum", 1],
    // The maximum, because an average could hide one message.
    ["media-dlq-depth", "AWS/SQS", VISIBLE, { QueueName: "dead-letters" }, "Maximum", 1],
    ["media-status-dlq-depth", "AWS/SQS", VISIBLE, { QueueName: "status-dead-letters" }, "Maximum", 1],
    ["media-processing-queue-age", "AWS/SQS", OLDEST, { QueueName: "retries" }, "Maximum", 3600],
    [
      "mediaconvert-completion-undelivered",
      "AWS/Events",
      "FailedInvocations",
      { RuleName: "status-rule" },
      "Sum",
      1,
    ],
    ["media-job-sweep-undelivered", "AWS/Events", "FailedInvocations", { RuleName: "sweep-rule" }, "Sum", 1],
    ["media-processor-dead-letter-errors", "AWS/Lambda", "DeadLetterErrors", processor, "Sum", 1],
    [
      "status-updater-dead-letter-errors",
      "AWS/Lambda",
      "DeadLetterErrors",
      { FunctionName: "updater" },
      "Sum",
      1,
    ],
    [
      "job-sweeper-dead-letter-errors",
      "AWS/Lambda",
      "DeadLetterErrors",
      { FunctionName: "sweeper" },
      "Sum",
      1,
    ],
    ["media-jobs-failed", "MediaPipeline", "JobsFailed", { service: "updater" }, "Sum", 1],
    ["media-jobs-postponed", "MediaPipeline", "JobsPostponed", postponed("MediaConvert"), "Sum", 20],
    ["media-jobs-refused", "MediaPipeline", "JobsFailed", { service: "processor" }, "Sum", 1],
    ["media-jobs-failed-swept", "MediaPipeline", "JobsFailed", { service: "sweeper" }, "Sum", 1],
    ["media-events-lost", "MediaPipeline", "JobsCompleted", { service: "sweeper" }, "Sum", 1],
    ["media-messages-failed", "MediaPipeline", "MessagesFailed", { service: "processor" }, "Sum", 1],
    ["media-uploads-ignored", "MediaPipeline", "UploadsIgnored", { service: "processor" }, "Sum", 1],
    ["media-budget-spent", "MediaPipeline", "JobsPostponed", postponed("Budget"), "Sum", 1],
    ["media-jobs-stray", "MediaPipeline", "StrayJobsCanceled", { service: "updater" }, "Sum", 1],
    ["media-jobs-waiting", "MediaPipeline", "OldestWaitingSeconds", { service: "sweeper" }, "Maximum", 3600],
    ["media-jobs-unswept", "MediaPipeline", "SweepFailures", { service: "sweeper" }, "Sum", 1],
  ])(
    "%s watches %s %s of %j by its %s, from %d on",
    (name, namespace, metric_name, dimensions, statistic, threshold) => {
      expect(stack.text).toHaveResourceWithProperties(CloudwatchMetricAlarm, {
        alarm_name: `${name}-test`,
        namespace,
        metric_name,
        dimensions,
        statistic,
        threshold,
        comparison_operator: "GreaterThanOrEqualToThreshold",
        // A sweep writes its metrics every 15 minutes.
        period: /waiting|swept|lost/.test(name) ? 1800 : /budget/.test(name) ? 3600 : 300,
        evaluation_periods: 1,
        treat_missing_data: "notBreaching",
        alarm_actions: [topics.alarmsArn],
        ok_actions: [topics.alarmsArn],
      });
    },
  );

  it("job-sweeper-missing fires when no sweep has run for half an hour, or ever", () => {
    expect(stack.text).toHaveResourceWithProperties(CloudwatchMetricAlarm, {
      alarm_name: "job-sweeper-missing-test",
      metric_name: "Invocations",
      dimensions: { FunctionName: "sweeper" },
      comparison_operator: "LessThanThreshold",
      threshold: 1,
      period: 1800,
      treat_missing_data: "breaching",
      alarm_actions: [topics.alarmsArn],
      ok_actions: [topics.alarmsArn],
    });
  });

  it("says in a sentence what happened", () => {
    for (const { alarm_description } of stack.all("aws_cloudwatch_metric_alarm")) {
      expect(alarm_description).toMatch(/ .*\.$/);
    }
  });
});

describe("the dashboard", () => {
  const { dashboard_body } = stack.at("aws_cloudwatch_dashboard.monitoring_dashboard");
  const widgets: { properties: { title: string; region: string; metrics: string[][] } }[] =
    JSON.parse(dashboard_body).widgets;

  it("shows metrics of this pipeline alone", () => {
    const shown = widgets.flatMap(({ properties }) => properties.metrics.map(([, , , value]) => value));
    const queues = ["retries", "dead-letters", "status-dead-letters"];
    expect(new Set(shown)).toEqual(
      new Set(["processor", "updater", "sweeper", ...queues, transcoder.queueArn]),
    );
  });

  it("reads each metric in its own region", () => {
    const regions = widgets.map(({ properties }) => [properties.title, properties.region]);
    expect(Object.fromEntries(regions)).toMatchObject({
      "Queue depth": "eu-west-1",
      "MediaConvert jobs": "eu-west-3",
    });
  });
});
