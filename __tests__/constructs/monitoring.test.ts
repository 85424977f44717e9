import { synthesize } from "./synthesized";

const stack = synthesize();

it.each([
  // Alarm, metric, of what, from how many on.
  ["processor_errors", "AWS/Lambda", "Errors", "processor_lambda_function", 1],
  ["processor_throttles", "AWS/Lambda", "Throttles", "processor_lambda_function", 11],
  ["processor_drops", "AWS/Lambda", "AsyncEventsDropped", "processor_lambda_function", 1],
  ["status_updater_errors", "AWS/Lambda", "Errors", "status_updater_lambda_function", 1],
  ["sweeper_errors", "AWS/Lambda", "Errors", "sweeper_lambda_function", 1],
  ["dead_letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "media_processing_dlq", 1],
  ["status_dead_letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "media_status_dlq", 1],
  ["retry_age", "AWS/SQS", "ApproximateAgeOfOldestMessage", "media_processing_queue", 3600],
  ["undelivered_events", "AWS/Events", "FailedInvocations", "status_updater_rule", 1],
  ["failed_jobs", "MediaPipeline", "JobsFailed", "status_updater_lambda_function", 1],
])("alarm %s watches %s %s of %s from %d on", (alarm, namespace, metric_name, resource, threshold) => {
  const found = stack.at(`aws_cloudwatch_metric_alarm.monitoring_${alarm}`);
  expect(found).toMatchObject({
    namespace,
    metric_name,
    threshold,
    comparison_operator: "GreaterThanOrEqualToThreshold",
    evaluation_periods: 1,
    treat_missing_data: "notBreaching",
    alarm_actions: ["${aws_sns_topic.job_failure.arn}"],
  });
  expect(Object.values(found.dimensions)).toEqual([expect.stringContaining(`.${resource}.`)]);
  expect(found.alarm_description).toMatch(/[.?]$/);
});

it("queues are watched by their maximum: an average could hide one message", () => {
  expect(stack.at("aws_cloudwatch_metric_alarm.monitoring_dead_letters").statistic).toBe("Maximum");
});

it("the metrics that functions write have the namespace and the dimension that the alarm reads", () => {
  for (const lambda of stack.all("aws_lambda_function")) {
    expect(lambda.environment.variables).toMatchObject({
      POWERTOOLS_METRICS_NAMESPACE: "MediaPipeline",
      POWERTOOLS_SERVICE_NAME: lambda.function_name,
    });
  }
});

describe("the dashboard", () => {
  const { dashboard_body } = stack.at("aws_cloudwatch_dashboard.monitoring_dashboard_dashboard");
  const widgets: { properties: { title: string; region: string; metrics: string[][] } }[] =
    JSON.parse(dashboard_body).widgets;

  it("shows metrics of this pipeline only: each has a dimension with a value", () => {
    const metrics = widgets.flatMap(({ properties }) => properties.metrics);
    expect(metrics.length).toBeGreaterThan(10);
    for (const [, , dimension, value] of metrics) {
      expect(dimension).toMatch(/^(FunctionName|QueueName|Queue)$/);
      expect(value).toMatch(/^\$\{aws_/);
    }
  });

  it("reads each metric in the region where it is", () => {
    const regions = Object.fromEntries(
      widgets.map(({ properties }) => [properties.title, properties.region]),
    );
    expect(regions).toMatchObject({ "Queue depth": "eu-south-2", "MediaConvert jobs": "eu-west-3" });
  });
});
