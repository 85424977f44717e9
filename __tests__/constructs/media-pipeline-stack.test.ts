import { TerraformStack, Testing } from "cdktf";
import { readConfig } from "../../constructs/config";
import { MediaPipeline } from "../../constructs/media-pipeline";
import { synthesize } from "./synthesized";

describe("the stack", () => {
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

  it("contains no unresolved token", () => {
    expect(JSON.stringify(stack.json)).not.toContain("TfToken[");
  });

  it("tags everything that can be tagged", () => {
    expect(stack.at("aws_s3_bucket.raw_videos").tags).toMatchObject({
      Environment: "test",
      Project: "MediaProcessingPipeline",
    });
    expect(stack.at("aws_lambda_function.processor_lambda_function").tags).toEqual({
      Name: "media-processor-test",
      Environment: "test",
      Project: "MediaProcessingPipeline",
    });
  });

  it("gives no function a variable that Lambda reserves", () => {
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    const reserved = /^(AWS_|LAMBDA_|_HANDLER$|_X_AMZN_TRACE_ID$|TZ$)/;
    for (const lambda of stack.all("aws_lambda_function")) {
      expect(Object.keys(lambda.environment.variables).filter((name) => reserved.test(name))).toEqual([]);
    }
  });
});

it("synthesizes with the longest suffix", () => {
  const suffix = "s".repeat(30);
  const stack = synthesize({ ENVIRONMENT_SUFFIX: suffix });
  expect(stack.at("aws_lambda_function.processor_lambda_function").function_name).toBe(
    `media-processor-${suffix}`,
  );
});

describe("MediaPipeline in somebody else's stack", () => {
  const config = readConfig({ AWS_REGION: "eu-west-1" });

  it("needs nothing but its settings, and keeps its stateful addresses", () => {
    const stack = new TerraformStack(Testing.app(), "theirs");
    new MediaPipeline(stack, "video", { config });
    const { resource } = JSON.parse(Testing.synth(stack));
    expect(Object.keys(resource.aws_s3_bucket).sort()).toEqual([
      "access_logs",
      "processed_videos",
      "raw_videos",
      "thumbnails",
    ]);
    expect(Object.keys(resource.aws_dynamodb_table)).toEqual(["media_jobs"]);
  });

  it("stands once in a stack, because a second would take over the first one's addresses", () => {
    const stack = new TerraformStack(Testing.app(), "theirs");
    new MediaPipeline(stack, "one", { config });
    expect(() => new MediaPipeline(stack, "two", { config })).toThrow(
      "theirs/two and theirs/one are in one stack. Give each MediaPipeline a stack of its own.",
    );
  });
});

describe("uploads", () => {
  it("invoke media-processor for each suffix, as the bucket is permitted to", () => {
    const stack = synthesize({ SOURCE_SUFFIXES: ".mp4,.mov" });
    const notification = stack.at("aws_s3_bucket_notification.processor_notification");
    expect(notification.lambda_function).toEqual(
      [".mp4", ".mov"].map((suffix) => ({
        lambda_function_arn: "${aws_lambda_function.processor_lambda_function.arn}",
        events: ["s3:ObjectCreated:*"],
        filter_suffix: suffix,
      })),
    );
    expect(notification.depends_on).toEqual(["aws_lambda_permission.processor_permission"]);
    expect(stack.at("aws_lambda_permission.processor_permission")).toMatchObject({
      principal: "s3.amazonaws.com",
      source_arn: "${aws_s3_bucket.raw_videos.arn}",
      source_account: "${data.aws_caller_identity.aws_identity.account_id}",
    });
  });
});

describe("a function", () => {
  const stack = synthesize();
  const lambda = stack.at("aws_lambda_function.processor_lambda_function");

  it("waits for its log group and its rights", () => {
    expect(lambda.depends_on).toEqual([
      "aws_cloudwatch_log_group.processor_lambda_logs",
      "aws_iam_role_policy.processor_lambda_policy",
    ]);
  });

  it("runs what the archive holds, and changes when that does", () => {
    expect(lambda).toMatchObject({
      runtime: "nodejs24.x",
      handler: "index.handler",
      filename: "${data.archive_file.processor_lambda_archive.output_path}",
      source_code_hash: "${data.archive_file.processor_lambda_archive.output_base64sha256}",
    });
  });

  it("may put what it failed on into the dead-letter queue", () => {
    expect(lambda.dead_letter_config.target_arn).toBe("${aws_sqs_queue.media_processing_dlq.arn}");
    expect(stack.statement("processor_lambda_permissions", "SendToDeadLetterQueue").resources).toEqual([
      "${aws_sqs_queue.media_processing_dlq.arn}",
    ]);
  });

  it("reserves no concurrency where the setting says so", () => {
    const unreserved = synthesize({ RESERVED_CONCURRENCY: "-1" });
    expect(lambda.reserved_concurrent_executions).toBe(10);
    expect(
      unreserved.at("aws_lambda_function.processor_lambda_function").reserved_concurrent_executions,
    ).toBe(-1);
  });

  it("has a role that only this account's Lambda can assume", () => {
    expect(stack.statement("processor_lambda_trust", "AssumeRole")).toMatchObject({
      principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }],
      condition: [{ variable: "aws:SourceAccount" }],
    });
  });
});

describe("MediaConvert's events", () => {
  it("reach status-updater for jobs of our own queue only", () => {
    const rule = synthesize().at("aws_cloudwatch_event_rule.status_updater_rule");
    expect(JSON.parse(rule.event_pattern)).toEqual({
      source: ["aws.mediaconvert"],
      "detail-type": ["MediaConvert Job State Change"],
      detail: {
        queue: ["${aws_media_convert_queue.transcoding.arn}"],
        status: [
          "COMPLETE",
          "ERROR",
          "CANCELED",
          "PROGRESSING",
          "STATUS_UPDATE",
          "INPUT_INFORMATION",
          "NEW_WARNING",
        ],
      },
    });
  });

  it("are relayed home from another region", () => {
    const stack = synthesize();
    expect(stack.at("aws_media_convert_queue.transcoding").provider).toBe("aws.transcode");
    expect(stack.json.provider.aws).toEqual([
      { region: "eu-south-2" },
      { alias: "transcode", region: "eu-west-3" },
    ]);
    expect(stack.at("aws_cloudwatch_event_target.transcoder_relay_target")).toMatchObject({
      provider: "aws.transcode",
      arn: "arn:${data.aws_partition.aws_partition.partition}:events:eu-south-2:${data.aws_caller_identity.aws_identity.account_id}:event-bus/default",
      role_arn: "${aws_iam_role.transcoder_relay_role.arn}",
    });
  });

  it("need no relay where MediaConvert is at home", () => {
    const stack = synthesize({ AWS_REGION: "ap-northeast-1" });
    expect(stack.addresses.filter((address) => address.includes("relay"))).toEqual([]);
    expect(stack.at("aws_media_convert_queue.transcoding").provider).toBeUndefined();
  });
});
