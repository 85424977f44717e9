import { MediaStorage } from "../../constructs/media-storage";
import { awsIn, key, names } from "./stand-ins";
import { synthesizeScope } from "./synthesized";

const synthesize = (forceDestroy: boolean) =>
  synthesizeScope((scope) => {
    const corsAllowedOrigins = ["https://player.example.com"];
    new MediaStorage(scope, "storage", { aws: awsIn(scope), names, key, corsAllowedOrigins, forceDestroy });
  });
const stack = synthesize(false);

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

  it.each([
    ["raw", "TransitionToIA", { transition: [{ days: 30, storage_class: "STANDARD_IA" }] }],
    ["logs", "ExpireLogs", { expiration: [{ days: 90 }] }],
  ])("has in the %s bucket the lifecycle rule %s: %j", (bucket, id, action) => {
    const { rule } = stack.at(`aws_s3_bucket_lifecycle_configuration.storage_${bucket}_lifecycle`);
    expect(rule).toContainEqual({ id, status: "Enabled", filter: [{}], ...action });
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

  it.each([
    ["DenyAnotherKey", ["ArnNotEquals", "Null"]],
    ["DenyEncryptionWithoutTheKey", ["Null", "Null"]],
    ["DenyCustomerProvidedKeys", ["Null"]],
  ])("denies by %s uploads to the raw bucket alone", (sid, tests) => {
    const { effect, actions, resources, condition } = stack.statement("storage_raw_policy", sid);
    expect({ effect, actions }).toEqual({ effect: "Deny", actions: ["s3:PutObject"] });
    expect(resources).toEqual([expect.stringMatching(/:s3:::raw-videos-test-.*\/\*$/)]);
    expect(condition.map(({ test }: { test: string }) => test).sort()).toEqual(tests);
    expect(() => stack.statement("storage_processed_policy", sid)).toThrow("has no statement");
  });

  it.each([true, false])("with forceDestroy=%s sets it on every bucket", (forceDestroy) => {
    const buckets = synthesize(forceDestroy).all("aws_s3_bucket");
    expect(buckets.map(({ force_destroy }) => force_destroy)).toEqual(Array(4).fill(forceDestroy));
  });
});
