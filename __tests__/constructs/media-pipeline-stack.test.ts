import { synthesize } from "./synthesized";

const RAW = "aws_s3_bucket.raw_videos";

describe("the stack", () => {
  const stack = synthesize({ ENVIRONMENT_SUFFIX: "test" });

  it("keeps its state under the environment's suffix, encrypted and locked", () => {
    expect(stack.json.terraform.required_version).toBe(">= 1.11.0");
    expect(stack.json.terraform.backend.s3).toEqual({
      bucket: "media-pipeline-terraform-state",
      region: "eu-south-2",
      key: "media-pipeline/test/terraform.tfstate",
      encrypt: true,
      use_lockfile: true,
    });
  });

  it("contains no unresolved token", () => {
    expect(JSON.stringify(stack.json)).not.toContain("TOKEN[");
  });

  it("tags everything that can be tagged", () => {
    expect(stack.at(RAW).tags).toMatchObject({ Environment: "test", Project: "MediaProcessingPipeline" });
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
    expect(stack.statement("processor_lambda_permissions", "KeepFailedEvents").resources).toEqual([
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
    expect(stack.statement("processor_lambda_trust", "LambdaRunsTheFunction")).toMatchObject({
      principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }],
      condition: [{ variable: "aws:SourceAccount" }],
    });
  });
});

describe("buckets", () => {
  const stack = synthesize();

  it.each(["raw", "processed", "thumbnails"])(
    "%s is private, versioned, encrypted with the key, and TLS only",
    (name) => {
      const satellite = (type: string, id: string) => stack.at(`${type}.storage_${name}_${id}`);
      expect(satellite("aws_s3_bucket_public_access_block", "public_access")).toMatchObject({
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      });
      expect(satellite("aws_s3_bucket_versioning", "versioning").versioning_configuration.status).toBe(
        "Enabled",
      );
      expect(satellite("aws_s3_bucket_server_side_encryption_configuration", "encryption").rule).toEqual([
        {
          bucket_key_enabled: true,
          apply_server_side_encryption_by_default: {
            sse_algorithm: "aws:kms",
            kms_master_key_id: "${aws_kms_key.encryption_key.arn}",
          },
        },
      ]);
      expect(stack.statement(`storage_${name}_policy`, "DenyWithoutTls")).toMatchObject({
        effect: "Deny",
        condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      });
    },
  );

  it("are emptied on destroy only where the setting says so", () => {
    expect(stack.at(RAW).force_destroy).toBe(true);
    expect(synthesize({ ENVIRONMENT_SUFFIX: "prod" }).at(RAW).force_destroy).toBe(false);
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
