import { makeKeyFiles, playbackSettings } from "./delivery/key-files";
import { type Arguments, synthesize } from "./synthesized";

describe("the pipeline's stack", () => {
  const stack = synthesize({ ENVIRONMENT_SUFFIX: "test" });

  it("keeps its state under the environment's suffix, encrypted and locked", () => {
    expect(stack.json.terraform.required_version).toBe(">= 1.11.0");
    expect(stack.json.terraform.backend.s3).toEqual({
      bucket: "media-pipeline-terraform-state",
      region: "eu-south-2",
      key: "media-pipeline/test/terraform.tfstate",
      encrypt: true,
      kms_key_id: "alias/media-pipeline-terraform-state",
      use_lockfile: true,
    });
  });

  it("has a provider of the transcode region, unless that is the home region", () => {
    expect(stack.json.provider.aws).toEqual([
      { region: "eu-south-2" },
      { alias: "transcode", region: "eu-west-3" },
    ]);
    expect(synthesize({ AWS_REGION: "ap-northeast-1" }).json.provider.aws).toEqual([
      { region: "ap-northeast-1" },
    ]);
  });

  it("accepts the credentials of the given account alone, for providers and state", () => {
    const given = {
      AWS_ACCOUNT_ID: "123456789012",
      ...playbackSettings(makeKeyFiles()),
    };
    const { json } = synthesize(given);
    const accounts = ["123456789012"];
    const providers: Arguments[] = json.provider.aws;
    expect(providers.map(({ allowed_account_ids }) => allowed_account_ids)).toEqual([
      accounts,
      accounts,
      accounts,
    ]);
    expect(json.terraform.backend.s3.allowed_account_ids).toEqual(accounts);
  });

  it("tags every resource that costs something, for cost allocation", () => {
    const untagged = [
      "aws_cloudwatch_log_group",
      "aws_cloudwatch_metric_alarm",
      "aws_dynamodb_table",
      "aws_kms_key",
      "aws_lambda_event_source_mapping",
      "aws_lambda_function",
      "aws_media_convert_queue",
      "aws_s3_bucket",
      "aws_sns_topic",
      "aws_sqs_queue",
    ].filter((type) => stack.all(type).some(({ tags }) => tags?.Project !== "MediaProcessingPipeline"));
    expect(untagged).toEqual([]);
    expect(stack.at("aws_lambda_function.processor_lambda_function").tags).toEqual({
      Name: "media-processor-test",
      Environment: "test",
      Project: "MediaProcessingPipeline",
    });
  });

  it("protects the data of suffix prod", () => {
    const prod = synthesize({ ENVIRONMENT_SUFFIX: "prod" });
    expect(prod.at("aws_dynamodb_table.media_jobs").deletion_protection_enabled).toBe(true);
    expect(stack.at("aws_dynamodb_table.media_jobs").deletion_protection_enabled).toBe(false);
    expect(prod.at("aws_s3_bucket.raw_videos").force_destroy).toBe(false);
  });

  it("refuses to destroy or replace what holds data, unless FORCE_DESTROY allows it", () => {
    const stateful = [
      "aws_cloudwatch_log_group",
      "aws_dynamodb_table",
      "aws_kms_key",
      "aws_s3_bucket",
      "aws_sns_topic",
    ];
    const prevented = (FORCE_DESTROY: string) =>
      [...stateful, "aws_sqs_queue"].flatMap((type) =>
        synthesize({ FORCE_DESTROY })
          .all(type)
          .map(({ lifecycle }) => lifecycle?.prevent_destroy ?? false),
      );
    expect(new Set(prevented("false"))).toEqual(new Set([true]));
    expect(new Set(prevented("true"))).toEqual(new Set([false]));
  });

  it("states in an output whether it is protected", () => {
    const output = (FORCE_DESTROY: string) => synthesize({ FORCE_DESTROY }).json.output.Protected.value;
    expect([output("false"), output("true")]).toEqual(["true", "false"]);
  });

  it("uses the key of the roles that deploy it, and forgets its own without deleting it", () => {
    const deployed = synthesize({ DEPLOY_REPOSITORY: "acme/media" });
    expect(deployed.all("aws_kms_key")).toEqual([]);
    expect(deployed.at("data.aws_kms_alias.deployed_key").name).toBe("alias/media-pipeline-dev");
    expect(deployed.at("aws_dynamodb_table.media_jobs").server_side_encryption.kms_key_arn).toBe(
      "${data.aws_kms_alias.deployed_key.target_key_arn}",
    );
    expect(deployed.json.removed).toEqual(
      ["aws_kms_key.encryption_key", "aws_kms_alias.key_alias"].map((from) => ({
        from,
        lifecycle: { destroy: false },
      })),
    );
    for (const { from } of deployed.json.removed) expect(synthesize().addresses).toContain(from);
  });

  it("hides a retry for six times the timeout of media-processor", () => {
    const { timeout } = stack.at("aws_lambda_function.processor_lambda_function");
    expect(stack.at("aws_sqs_queue.media_processing_queue").visibility_timeout_seconds).toBe(6 * timeout);
  });

  it("passes every setting on to the construct that it is for", () => {
    const changed = synthesize({
      ALARM_EMAILS: "ops@example.com",
      LOG_RETENTION_DAYS: "90",
      SOURCE_SUFFIXES: ".mov",
      ALERT_EMAILS: "a@example.com",
      CORS_ALLOWED_ORIGINS: "https://player.example.com",
      LAMBDA_RUNTIME: "nodejs22.x",
      RESERVED_CONCURRENCY: "4",
      MAX_INPUT_MINUTES: "7",
      MAX_JOB_COST_USD: "8",
      LADDER_MAX_HEIGHT: "720",
      CELLULAR_VARIANT: "true",
      FIELD_DOUBLING: "true",
      PACKAGING: "cmaf",
      SURROUND: "keep",
      LOUDNESS_TARGET_LKFS: "-24",
    });
    expect(changed.all("aws_sns_topic_subscription")).toMatchObject([
      { endpoint: "ops@example.com" },
      { endpoint: "a@example.com" },
    ]);
    const progressive = synthesize({ PROGRESSIVE_MANIFEST: "true" });
    expect(
      progressive.at("aws_lambda_function.processor_lambda_function").environment.variables,
    ).toMatchObject({ PROGRESSIVE_MANIFEST: "true" });
    for (const { retention_in_days } of changed.all("aws_cloudwatch_log_group"))
      expect(retention_in_days).toBe(90);
    for (const { cors_rule } of changed.all("aws_s3_bucket_cors_configuration"))
      expect(cors_rule).toMatchObject([{ allowed_origins: ["https://player.example.com"] }]);
    expect(changed.at("aws_lambda_function.processor_lambda_function")).toMatchObject({
      runtime: "nodejs22.x",
      reserved_concurrent_executions: 4,
      environment: {
        variables: {
          MAX_INPUT_MINUTES: "7",
          MAX_JOB_COST_USD: "8",
          LADDER_MAX_HEIGHT: "720",
          CELLULAR_VARIANT: "true",
          FIELD_DOUBLING: "true",
          PACKAGING: "cmaf",
          SURROUND: "keep",
          LOUDNESS_TARGET_LKFS: "-24",
        },
      },
    });
  });
});
