import { MediaProcessor } from "../../constructs/media-processor";
import { bucket, functionProps, queue, topics, transcoder } from "./stand-ins";
import { synthesizeScope } from "./synthesized";

const synthesize = (reservedConcurrency = 10) =>
  synthesizeScope(
    (scope) =>
      new MediaProcessor(scope, "processor", {
        ...functionProps(scope),
        rawBucket: bucket("raw"),
        processedBucket: bucket("processed"),
        thumbnailsBucket: bucket("thumbnails"),
        sourceSuffixes: [".mp4", ".mov"],
        uploadPrerequisites: [],
        reservedConcurrency,
        maxInputMinutes: 360,
        maxJobCostUsd: 12.5,
        usdPerNormalizedMinute: 0.009,
        dailyBudgetUsd: 100,
        budgetTimeZone: "Europe/Madrid",
        ladderMaxHeight: 2160,
        cellularVariant: false,
        fieldDoubling: false,
        packaging: "hls",
        progressiveManifest: true,
        surround: "downmix",
      }),
  );
const stack = synthesize();

describe("media-processor", () => {
  it("is given where to read and write", () => {
    expect(stack.at("aws_lambda_function.processor_lambda_function").environment.variables).toMatchObject({
      SOURCE_SUFFIXES: ".mp4,.mov",
      JOB_TABLE: "jobs",
      PROCESSED_BUCKET: "processed",
      THUMBNAILS_BUCKET: "thumbnails",
      MEDIACONVERT_ROLE: transcoder.roleArn,
      MEDIACONVERT_QUEUE: transcoder.queueArn,
      MEDIACONVERT_REGION: "eu-west-3",
      FAILURE_TOPIC: topics.failureArn,
      RETRY_QUEUE_URL: queue("retries").url,
      PROGRESSIVE_MANIFEST: "true",
      DEAD_LETTER_QUEUE_URL: queue("dead-letters").url,
    });
  });

  it("is invoked by the raw bucket for every upload, and by no other account's bucket", () => {
    const { lambda_function } = stack.at("aws_s3_bucket_notification.processor_notification");
    expect(lambda_function).toEqual([
      {
        events: ["s3:ObjectCreated:*"],
        lambda_function_arn: expect.stringContaining("processor_lambda_function"),
      },
    ]);
    expect(stack.at("aws_lambda_permission.processor_permission")).toMatchObject({
      principal: "s3.amazonaws.com",
      source_arn: "arn:aws:s3:::raw",
      source_account: expect.stringContaining("account_id"),
    });
  });

  it("consumes the processing queue, and fails single messages of a batch", () => {
    expect(stack.at("aws_lambda_event_source_mapping.processor_retries")).toMatchObject({
      event_source_arn: queue("retries").arn,
      function_name: expect.stringContaining("aws_lambda_function.processor_lambda_function"),
      function_response_types: ["ReportBatchItemFailures"],
    });
  });

  it.each([
    [10, 5],
    [3, 2],
    [2, 2],
    [-1, 5],
    [9999, 1000],
  ])("with %d reserved executions retries %d batches at once", (reserved, expected) => {
    const { scaling_config } = synthesize(reserved).at("aws_lambda_event_source_mapping.processor_retries");
    expect(scaling_config.maximum_concurrency).toBe(expected);
  });

  it("passes its role to MediaConvert alone", () => {
    expect(stack.statement("processor_lambda_permissions", "PassRoleToMediaConvert")).toMatchObject({
      resources: [transcoder.roleArn],
      condition: [{ variable: "iam:PassedToService", values: ["mediaconvert.amazonaws.com"] }],
    });
  });
});
