import { synthesize } from "./synthesized";

const stack = synthesize();
const satellite = (bucket: string, type: string, id: string) => stack.at(`${type}.storage_${bucket}_${id}`);
const rulesOf = (bucket: string) =>
  satellite(bucket, "aws_s3_bucket_lifecycle_configuration", "lifecycle").rule as { id: string }[];

describe.each(["raw", "processed", "thumbnails", "logs"])("the %s bucket", (bucket) => {
  it("belongs to the account and to nobody else", () => {
    expect(satellite(bucket, "aws_s3_bucket_ownership_controls", "ownership").rule).toEqual({
      object_ownership: "BucketOwnerEnforced",
    });
    expect(satellite(bucket, "aws_s3_bucket_public_access_block", "public_access")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  it("refuses whatever comes without TLS", () => {
    const { resources, ...statement } = stack.statement(`storage_${bucket}_policy`, "DenyWithoutTls");
    expect(statement).toMatchObject({
      effect: "Deny",
      principals: [{ type: "AWS", identifiers: ["*"] }],
      actions: ["s3:*"],
      condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
    });
    expect(resources).toHaveLength(2);
    expect(satellite(bucket, "aws_s3_bucket_policy", "bucket_policy").policy).toBe(
      `\${data.aws_iam_policy_document.storage_${bucket}_policy.json}`,
    );
  });

  it("drops incomplete uploads, old versions and lone delete markers", () => {
    expect(rulesOf(bucket)).toContainEqual({
      id: "Housekeeping",
      status: "Enabled",
      filter: [{}],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      noncurrent_version_expiration: [{ noncurrent_days: 90 }],
      expiration: [{ expired_object_delete_marker: true }],
    });
  });
});

describe.each(["raw", "processed", "thumbnails"])("the %s bucket", (bucket) => {
  it("is encrypted with the customer key", () => {
    expect(
      satellite(bucket, "aws_s3_bucket_server_side_encryption_configuration", "encryption").rule,
    ).toEqual([
      {
        bucket_key_enabled: true,
        apply_server_side_encryption_by_default: {
          sse_algorithm: "aws:kms",
          kms_master_key_id: "${aws_kms_key.encryption_key.arn}",
        },
      },
    ]);
  });

  it("is versioned", () => {
    expect(satellite(bucket, "aws_s3_bucket_versioning", "versioning").versioning_configuration).toEqual({
      status: "Enabled",
    });
  });

  it("keeps access logs under its own prefix, once the log bucket lets them in", () => {
    expect(satellite(bucket, "aws_s3_bucket_logging", "access_logs")).toMatchObject({
      target_bucket: "${aws_s3_bucket.access_logs.bucket}",
      target_prefix: `${bucket === "thumbnails" ? "thumbnails" : `${bucket}-videos`}-logs/`,
      depends_on: ["aws_s3_bucket_policy.storage_logs_bucket_policy"],
    });
  });
});

it("raw videos go to cheaper storage after 30 days", () => {
  expect(rulesOf("raw")).toContainEqual({
    id: "TransitionToIA",
    status: "Enabled",
    filter: [{}],
    transition: [{ days: 30, storage_class: "STANDARD_IA" }],
  });
  expect(stack.at("aws_s3_bucket.raw_videos").tags.DataClassification).toBe("Confidential");
});

describe("the log bucket", () => {
  it("expires logs after 90 days", () => {
    expect(rulesOf("logs")).toContainEqual({
      id: "ExpireLogs",
      status: "Enabled",
      filter: [{}],
      expiration: [{ days: 90 }],
    });
  });

  it("is encrypted by S3 itself, because access logs can't be delivered under a customer key", () => {
    expect(
      satellite("logs", "aws_s3_bucket_server_side_encryption_configuration", "encryption").rule,
    ).toEqual([{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }]);
  });

  it("lets in the log delivery of this account's three buckets only", () => {
    expect(stack.statement("storage_logs_policy", "S3ServerAccessLogsPolicy")).toMatchObject({
      principals: [{ type: "Service", identifiers: ["logging.s3.amazonaws.com"] }],
      actions: ["s3:PutObject"],
      condition: [
        {
          variable: "aws:SourceAccount",
          values: ["${data.aws_caller_identity.aws_identity.account_id}"],
        },
        {
          variable: "aws:SourceArn",
          values: ["raw-videos", "processed-videos", "thumbnails"].map((name) =>
            expect.stringMatching(new RegExp(`:s3:::${name}-dev-`)),
          ),
        },
      ],
    });
  });
});

it("browsers may read outputs from the origins that are set, and nothing from the raw bucket", () => {
  const restricted = synthesize({ CORS_ALLOWED_ORIGINS: "https://player.example.com" });
  for (const id of ["storage_processed_cors", "storage_thumbnails_cors"]) {
    expect(restricted.at(`aws_s3_bucket_cors_configuration.${id}`).cors_rule).toMatchObject([
      {
        allowed_origins: ["https://player.example.com"],
        allowed_methods: ["GET", "HEAD"],
        max_age_seconds: 3000,
      },
    ]);
  }
  expect(Object.keys(restricted.json.resource.aws_s3_bucket_cors_configuration)).toHaveLength(2);
});

it("buckets can be destroyed with what they hold only where the setting says so", () => {
  const protectedStack = synthesize({ ENVIRONMENT_SUFFIX: "prod" });
  expect(stack.all("aws_s3_bucket").map(({ force_destroy }) => force_destroy)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(protectedStack.all("aws_s3_bucket").map(({ force_destroy }) => force_destroy)).toEqual(
    Array(4).fill(false),
  );
});
