import { synthesize } from "./synthesized";

const stack = synthesize();

it("rotates", () => {
  expect(stack.at("aws_kms_key.encryption_key")).toMatchObject({
    enable_key_rotation: true,
    policy: "${data.aws_iam_policy_document.key_policy.json}",
  });
});

it("lets in exactly the principals that need it", () => {
  const statements: { sid: string; principals: { identifiers: string[] }[] }[] = stack.at(
    "data.aws_iam_policy_document.key_policy",
  ).statement;
  expect(
    Object.fromEntries(statements.map(({ sid, principals }) => [sid, principals[0]?.identifiers])),
  ).toEqual({
    EnableIamPolicies: [expect.stringMatching(/:root$/)],
    AllowCloudWatchLogs: ["logs.eu-south-2.amazonaws.com"],
    AllowCloudWatchAlarms: ["cloudwatch.amazonaws.com"],
    AllowEventBridge: ["events.amazonaws.com"],
  });
});

it("is used by CloudWatch Logs for our functions' log groups only", () => {
  const [condition] = stack.statement("key_policy", "AllowCloudWatchLogs").condition;
  expect(condition).toMatchObject({ test: "ArnEquals", variable: "kms:EncryptionContext:aws:logs:arn" });
  const groups = stack.all("aws_cloudwatch_log_group").map(({ name }) => name);
  expect(groups).toHaveLength(3);
  expect(condition.values.map((arn: string) => arn.split(":log-group:")[1]).sort()).toEqual(groups.sort());
});

it.each([
  ["AllowCloudWatchAlarms", ["aws:SourceAccount", "aws:SourceArn"]],
  ["AllowEventBridge", ["kms:EncryptionContext:aws:sqs:arn"]],
])("%s is bounded by %j", (sid, variables) => {
  const conditions: { variable: string }[] = stack.statement("key_policy", sid).condition;
  expect(conditions.map(({ variable }) => variable)).toEqual(variables);
});

it.each(["processor_lambda", "status_updater_lambda", "sweeper_lambda", "transcoder"])(
  "the role of %s uses it through services only",
  (role) => {
    const statement = stack.statement(`${role}_permissions`, "UseKeyThroughServices");
    expect(statement.resources).toEqual(["${aws_kms_key.encryption_key.arn}"]);
    expect(statement.condition).toEqual([
      {
        test: "StringEquals",
        variable: "kms:ViaService",
        values: expect.arrayContaining([expect.any(String)]),
      },
    ]);
  },
);
