import { JobSweeper } from "../../constructs/job-sweeper";
import { functionProps, queue, table, topics } from "./stand-ins";
import { synthesizeScope } from "./synthesized";

const stack = synthesizeScope((scope) => new JobSweeper(scope, "sweeper", functionProps(scope)));

describe("job-sweeper", () => {
  it("runs every 15 minutes", () => {
    expect(stack.at("aws_cloudwatch_event_rule.sweeper_rule").schedule_expression).toBe("rate(15 minutes)");
    expect(stack.at("aws_cloudwatch_event_target.sweeper_target")).toMatchObject({
      arn: expect.stringContaining("aws_lambda_function.sweeper_lambda_function"),
      dead_letter_config: { arn: queue("dead-letters").arn },
    });
  });

  it("compares jobs that haven't moved for an hour with MediaConvert, in its region", () => {
    expect(stack.at("aws_lambda_function.sweeper_lambda_function").environment.variables).toMatchObject({
      JOB_TABLE: "jobs",
      MEDIACONVERT_REGION: "eu-west-3",
      RETRY_QUEUE_URL: queue("retries").url,
      COMPLETION_TOPIC: topics.completionArn,
      FAILURE_TOPIC: topics.failureArn,
      STUCK_AFTER_MINUTES: "60",
    });
    expect(stack.statement("sweeper_lambda_permissions", "FindStuckJobs").resources).toEqual(table.indexArns);
    expect(stack.statement("sweeper_lambda_permissions", "ReadJobs").resources).toEqual([
      expect.stringMatching(/:mediaconvert:eu-west-3:.*:jobs\/\*$/),
    ]);
  });
});
