import {
  bucketNotificationsOf,
  bucketsOf,
  notificationEvent,
  notifies,
} from "../../../local/services/buckets";
import { HOME_REGION, stackOf } from "../stack-of";

const BUCKETS = { raw: { bucket: "raw" }, processed: { bucket: "processed" } };
const notifyingStack = (permission: object) =>
  stackOf({
    aws_s3_bucket: BUCKETS,
    aws_lambda_function: { processor: { function_name: "processor" } },
    aws_lambda_permission: {
      s3: {
        action: "lambda:InvokeFunction",
        function_name: "${aws_lambda_function.processor.function_name}",
        principal: "s3.amazonaws.com",
        source_arn: "${aws_s3_bucket.raw.arn}",
        source_account: "000000000000",
        ...permission,
      },
    },
    aws_s3_bucket_notification: {
      uploads: {
        bucket: "${aws_s3_bucket.raw.id}",
        lambda_function: [".mp4", ".MOV"].map((filter_suffix) => ({
          id: `upload-${filter_suffix}`,
          lambda_function_arn: "${aws_lambda_function.processor.arn}",
          events: ["s3:ObjectCreated:*"],
          filter_prefix: "videos/",
          filter_suffix,
        })),
      },
    },
  });

describe("a bucket of the stack", () => {
  it("has the versioning and the CORS rules that the stack gives to it, and no other's", () => {
    const stack = stackOf({
      aws_s3_bucket: BUCKETS,
      aws_s3_bucket_versioning: {
        raw: { bucket: "raw", versioning_configuration: { status: "Enabled" } },
        processed: { bucket: "processed", versioning_configuration: [{ status: "Suspended" }] },
      },
      aws_s3_bucket_cors_configuration: {
        processed: {
          bucket: "${aws_s3_bucket.processed.id}",
          cors_rule: [{ allowed_origins: ["*"], allowed_methods: ["GET"], max_age_seconds: 60 }],
        },
      },
    });
    expect(bucketsOf(stack)).toEqual([
      { name: "raw", versioned: true, cors: undefined },
      {
        name: "processed",
        versioned: false,
        cors: [{ allowedOrigins: ["*"], allowedMethods: ["GET"], allowedHeaders: [], maxAgeSeconds: 60 }],
      },
    ]);
  });
});

describe("a bucket notification", () => {
  const matched = (bucket: string, key: string, event: string) =>
    bucketNotificationsOf(notifyingStack({})).filter((entry) => notifies(entry, bucket, key, event)).length;

  it.each([
    ["raw", "videos/a.mp4", "ObjectCreated:Put", 1],
    ["raw", "videos/a.MOV", "ObjectCreated:CompleteMultipartUpload", 1],
    ["raw", "videos/a.MP4", "ObjectCreated:Put", 0],
    ["raw", "other/a.mp4", "ObjectCreated:Put", 0],
    ["processed", "videos/a.mp4", "ObjectCreated:Put", 0],
    ["raw", "videos/a.mp4", "ObjectRemoved:Delete", 0],
  ])("of s3://%s/%s on %s is sent %d times", (bucket, key, event, times) => {
    expect(matched(bucket, key, event)).toBe(times);
  });

  it("encodes the key as S3 does", () => {
    const [entry] = bucketNotificationsOf(notifyingStack({}));
    if (entry === undefined) throw new Error("no notification");
    const object = { bucket: "raw", key: "videos/夏 1+1.mp4", sizeBytes: 8, eTag: "e", versionId: "v" };
    const created = { name: "ObjectCreated:Put", object, sequencer: "01", time: new Date(0) };
    const [record] = notificationEvent(entry, created as Parameters<typeof notificationEvent>[1]).Records;
    expect(record).toMatchObject({
      awsRegion: HOME_REGION,
      eventTime: "1970-01-01T00:00:00.000Z",
      s3: {
        configurationId: "upload-.mp4",
        bucket: { name: "raw", arn: "arn:aws:s3:::raw" },
        object: { key: "videos/%E5%A4%8F+1%2B1.mp4", size: 8, versionId: "v" },
      },
    });
  });

  it.each([
    { principal: "sns.amazonaws.com" },
    { source_arn: "${aws_s3_bucket.processed.arn}" },
    { source_account: "111111111111" },
    { function_name: "other" },
    { action: "lambda:GetFunction" },
  ])("is refused as S3 refuses it if the function's permission has %j", (permission) => {
    expect(() => bucketNotificationsOf(notifyingStack(permission))).toThrow(
      "no aws_lambda_permission allows bucket raw to invoke arn:aws:lambda:eu-south-2:000000000000:function:processor",
    );
  });
});
