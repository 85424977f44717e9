import { StatusUpdater } from "../../constructs/status-updater";
import { functionProps, queue, topics, transcoder } from "./stand-ins";
import { synthesizeScope } from "./synthesized";

const stack = synthesizeScope((scope) => new StatusUpdater(scope, "updater", functionProps(scope)));

describe("status-updater", () => {
  it("is given the table and both topics", () => {
    expect(stack.at("aws_lambda_function.updater_lambda_function").environment.variables).toMatchObject({
      JOB_TABLE: "jobs",
      COMPLETION_TOPIC: topics.completionArn,
      FAILURE_TOPIC: topics.failureArn,
    });
  });

  it("receives the final statuses and the progress of the queue's own jobs", () => {
    const { event_pattern } = stack.at("aws_cloudwatch_event_rule.updater_rule");
    const final = ["COMPLETE", "ERROR", "CANCELED"];
    expect(JSON.parse(event_pattern)).toEqual({
      source: ["aws.mediaconvert"],
      "detail-type": ["MediaConvert Job State Change"],
      detail: {
        queue: [transcoder.queueArn],
        status: [...final, "PROGRESSING", "STATUS_UPDATE", "NEW_WARNING"],
      },
    });
  });

  it("receives each event for as long as EventBridge retries, then its dead-letter queue does", () => {
    expect(stack.at("aws_cloudwatch_event_target.updater_target")).toMatchObject({
      arn: expect.stringContaining("aws_lambda_function.updater_lambda_function"),
      retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
      dead_letter_config: { arn: queue("dead-letters").arn },
    });
  });

  it("is invoked by its rule alone", () => {
    expect(stack.at("aws_lambda_permission.updater_permission")).toMatchObject({
      principal: "events.amazonaws.com",
      source_arn: expect.stringContaining("aws_cloudwatch_event_rule.updater_rule"),
    });
  });
});
