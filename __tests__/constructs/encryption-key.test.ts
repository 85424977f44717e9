import { EncryptionKey, useKeyThrough } from "../../constructs/encryption-key";
import { awsIn, key, names } from "./stand-ins";
import { type Arguments, synthesizeScope } from "./synthesized";

const stack = synthesizeScope(
  (scope) => new EncryptionKey(scope, "key", { aws: awsIn(scope), names, environmentSuffix: "test" }),
);

describe("the encryption key", () => {
  it("rotates every year", () => {
    expect(stack.at("aws_kms_key.encryption_key")).toMatchObject({
      enable_key_rotation: true,
      policy: expect.stringContaining("data.aws_iam_policy_document.key_policy"),
    });
  });

  it("grants access to the account and to three services, each for the pipeline's own resources", () => {
    const statements: Arguments[] = stack.at("data.aws_iam_policy_document.key_policy").statement;
    const ending = (end: string) => expect.stringMatching(new RegExp(`${end}$`));
    expect(
      statements.map(({ principals, condition = [] }) => [
        principals[0].identifiers[0],
        ...condition.map(({ test, variable, values }: Arguments) => [test, variable, values]),
      ]),
    ).toEqual([
      [ending(":root")],
      [
        "logs.eu-west-1.amazonaws.com",
        [
          "ArnEquals",
          "kms:EncryptionContext:aws:logs:arn",
          ["media-processor", "status-updater", "job-sweeper"].map((name) =>
            ending(`:log-group:/aws/lambda/${name}-test`),
          ),
        ],
      ],
      [
        "cloudwatch.amazonaws.com",
        ["StringEquals", "aws:SourceAccount", [expect.stringContaining("account_id")]],
        ["ArnLike", "aws:SourceArn", [ending(":alarm:\\*")]],
      ],
      [
        "events.amazonaws.com",
        ["ArnEquals", "kms:EncryptionContext:aws:sqs:arn", [ending(":media-status-dlq-test")]],
      ],
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
