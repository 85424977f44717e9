import { MediaStorage } from "../../constructs/media-storage";
import { awsIn, key, names } from "./stand-ins";
import { type Arguments, synthesizeScope } from "./synthesized";

const synthesize = (forceDestroy: boolean) =>
  synthesizeScope((scope) => {
    const corsAllowedOrigins = ["https://player.example.com"];
    new MediaStorage(scope, "storage", { aws: awsIn(scope), names, key, corsAllowedOrigins, forceDestroy });
  });
const stack = synthesize(false);
const lifecycleRules = (bucket: string): Arguments[] =>
  stack.at(`aws_s3_bucket_lifecycle_configuration.storage_${bucket}_lifecycle`).rule;

describe("the media storage", () => {
  it.each([
    ["raw", "raw-videos-logs/"],
    ["processed", "processed-videos-logs/"],
    ["thumbnails", "thumbnails-logs/"],
  ])("logs access to the %s bucket under %s", (bucket, prefix) => {
    expect(stack.at(`aws_s3_bucket_logging.storage_${bucket}_access-logs`)).toMatchObject({
      target_bucket: "${aws_s3_bucket.access_logs.bucket}",
      target_prefix: prefix,
    });
  });

  it("keeps versions of everything but access logs", () => {
    expect(stack.all("aws_s3_bucket_versioning")).toHaveLength(3);
    expect(() => stack.at("aws_s3_bucket_versioning.storage_logs_versioning")).toThrow("isn't in the stack");
  });

  it("moves raw videos to infrequent access after 30 days", () => {
    expect(lifecycleRules("raw")).toContainEqual({
      id: "TransitionToIA",
      status: "Enabled",
      filter: [{}],
      transition: [{ days: 30, storage_class: "STANDARD_IA" }],
    });
  });

  it("expires access logs after 90 days", () => {
    expect(lifecycleRules("logs")).toContainEqual({
      id: "ExpireLogs",
      status: "Enabled",
      filter: [{}],
      expiration: [{ days: 90 }],
    });
  });

  it("classifies raw videos as confidential", () => {
    expect(stack.at("aws_s3_bucket.raw_videos").tags.DataClassification).toBe("Confidential");
  });

  it("accepts access logs of its own three buckets alone", () => {
    expect(stack.statement("storage_logs_policy", "S3ServerAccessLogsPolicy")).toMatchObject({
      principals: [{ type: "Service", identifiers: ["logging.s3.amazonaws.com"] }],
      actions: ["s3:PutObject"],
      condition: [
        { variable: "aws:SourceAccount", values: [expect.stringContaining("account_id")] },
        {
          variable: "aws:SourceArn",
          values: ["raw-videos", "processed-videos", "thumbnails"].map((name) =>
            expect.stringMatching(new RegExp(`:s3:::${name}-test-`)),
          ),
        },
      ],
    });
  });

  it("lets browsers read streams and thumbnails, and nothing else", () => {
    expect(Object.keys(stack.json.resource.aws_s3_bucket_cors_configuration)).toEqual([
      expect.stringMatching(/^storage_processed_cors/),
      expect.stringMatching(/^storage_thumbnails_cors/),
    ]);
  });

  it.each([true, false])("with forceDestroy=%s sets it on every bucket", (forceDestroy) => {
    const buckets = synthesize(forceDestroy).all("aws_s3_bucket");
    expect(buckets.map(({ force_destroy }) => force_destroy)).toEqual(Array(4).fill(forceDestroy));
  });
});
