import { EncryptionKey, useKeyThrough } from "../../constructs/encryption-key";
import { awsIn, key, names } from "./stand-ins";
import { type Arguments, synthesizeScope } from "./synthesized";

const stack = synthesizeScope((scope) => {
  new EncryptionKey(scope, "key", { aws: awsIn(scope), names, environmentSuffix: "test" });
});

describe("the encryption key", () => {
  it("rotates every year", () => {
    expect(stack.at("aws_kms_key.encryption_key")).toMatchObject({
      enable_key_rotation: true,
      policy: expect.stringContaining("data.aws_iam_policy_document.key_policy"),
    });
  });

  it("grants access to the account and to three services, each within its conditions", () => {
    const statements: Arguments[] = stack.at("data.aws_iam_policy_document.key_policy").statement;
    expect(
      statements.map(({ principals, condition = [] }) => [
        principals[0].identifiers[0],
        condition.map(({ variable }: Arguments) => variable),
      ]),
    ).toEqual([
      [expect.stringMatching(/:root$/), []],
      ["logs.eu-west-1.amazonaws.com", ["kms:EncryptionContext:aws:logs:arn"]],
      ["cloudwatch.amazonaws.com", ["aws:SourceAccount", "aws:SourceArn"]],
      ["events.amazonaws.com", ["kms:EncryptionContext:aws:sqs:arn"]],
    ]);
  });

  it("encrypts the log groups of the pipeline's functions and no other", () => {
    const [condition] = stack.statement("key_policy", "AllowCloudWatchLogs").condition;
    expect(condition.test).toBe("ArnEquals");
    expect(condition.values.map((arn: string) => arn.split(":log-group:")[1])).toEqual([
      "/aws/lambda/media-processor-test",
      "/aws/lambda/status-updater-test",
      "/aws/lambda/job-sweeper-test",
    ]);
  });
});

it("a role uses the key through the given services in the home region alone", () => {
  synthesizeScope((scope) => {
    expect(useKeyThrough(["s3", "sqs"], key, awsIn(scope))).toMatchObject({
      resources: [key.arn],
      condition: [
        {
          test: "StringEquals",
          variable: "kms:ViaService",
          values: ["s3.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"],
        },
      ],
    });
  });
});
