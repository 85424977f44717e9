import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { setupJest } from "cdktf/lib/testing/adapters/jest";
import { NodeFunction } from "../../constructs/node-function";
import { awsIn, key, queue } from "./stand-ins";
import { synthesizeScope } from "./synthesized";

setupJest();

const synthesize = (reservedConcurrency?: number) =>
  synthesizeScope(
    (scope) =>
      new NodeFunction(scope, "lambda", {
        aws: awsIn(scope),
        key,
        runtime: "nodejs24.x",
        logRetentionDays: 90,
        source: "status-updater",
        functionName: "updater",
        roleName: "UpdaterRole",
        description: "Updates",
        memoryMb: 256,
        timeoutSeconds: 60,
        reservedConcurrency,
        deadLetters: queue("dead-letters"),
        environment: { JOB_TABLE: "jobs" },
        statements: [{ sid: "Own", actions: ["dynamodb:GetItem"], resources: ["arn:table"] }],
        encryptedServices: ["dynamodb", "sqs"],
      }),
  );
const stack = synthesize();

describe("a function", () => {
  it("runs the archive of its bundle, which is the same on every machine, and is updated with it", () => {
    expect(stack.at("data.archive_file.lambda_archive").output_file_mode).toBe("0644");
    expect(stack.at("aws_lambda_function.lambda_function")).toMatchObject({
      runtime: "nodejs24.x",
      handler: "index.handler",
      filename: expect.stringMatching(/data\.archive_file\.lambda_archive\w*\.output_path/),
      source_code_hash: expect.stringMatching(/data\.archive_file\.lambda_archive\w*\.output_base64sha256/),
    });
  });

  it("keeps its logs for the given number of days", () => {
    expect(stack.text).toHaveResourceWithProperties(CloudwatchLogGroup, {
      name: "/aws/lambda/updater",
      retention_in_days: 90,
      kms_key_id: key.arn,
    });
  });

  it("writes metrics under the dimension and the namespace that the alarms read", () => {
    expect(stack.at("aws_lambda_function.lambda_function").environment.variables).toEqual({
      JOB_TABLE: "jobs",
      POWERTOOLS_METRICS_NAMESPACE: "MediaPipeline",
      POWERTOOLS_SERVICE_NAME: "updater",
    });
  });

  it.each([
    [undefined, -1],
    [-1, -1],
    [10, 10],
  ])("with reservedConcurrency %s reserves %d", (given, reserved) => {
    expect(synthesize(given).text).toHaveResourceWithProperties(LambdaFunction, {
      reserved_concurrent_executions: reserved,
    });
  });

  it("decrypts its own environment alone", () => {
    expect(stack.statement("lambda_permissions", "DecryptEnvironment")).toMatchObject({
      actions: ["kms:Decrypt"],
      condition: [
        {
          variable: "kms:EncryptionContext:aws:lambda:FunctionArn",
          values: [expect.stringMatching(/:function:updater$/)],
        },
      ],
    });
  });
});
