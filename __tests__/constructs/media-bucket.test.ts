import { S3BucketCorsConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-cors-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { setupJest } from "cdktf/lib/testing/adapters/jest";
import { MediaBucket, type MediaBucketProps } from "../../constructs/media-bucket";
import { key } from "./stand-ins";
import { synthesizeScope } from "./synthesized";

setupJest();

const synthesize = (props: Partial<MediaBucketProps> = {}) =>
  synthesizeScope((scope) => {
    const required = { bucketName: "videos", logicalId: "videos", forceDestroy: false };
    new MediaBucket(scope, "videos", { ...required, ...props });
  });

describe("a media bucket", () => {
  it("owns every object in it", () => {
    expect(synthesize().text).toHaveResourceWithProperties(S3BucketOwnershipControls, {
      rule: { object_ownership: "BucketOwnerEnforced" },
    });
  });

  it.each([
    [
      "the given",
      { key },
      {
        bucket_key_enabled: true,
        apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: key.arn },
      },
    ],
    ["S3's own", {}, { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
  ])("is encrypted with %s key", (_key, props, rule) => {
    const { text } = synthesize(props);
    expect(text).toHaveResourceWithProperties(S3BucketServerSideEncryptionConfigurationA, { rule: [rule] });
  });

  it("keeps versions unless told otherwise", () => {
    expect(synthesize().text).toHaveResourceWithProperties(S3BucketVersioningA, {
      versioning_configuration: { status: "Enabled" },
    });
    expect(synthesize({ versioned: false }).text).not.toHaveResource(S3BucketVersioningA);
  });

  it("expires incomplete uploads, old versions and lone delete markers, after its own rules", () => {
    const own = { id: "Own", status: "Enabled", expiration: [{ days: 1 }] };
    expect(
      synthesize({ lifecycleRules: [own] }).at("aws_s3_bucket_lifecycle_configuration.videos_lifecycle").rule,
    ).toEqual([
      own,
      {
        id: "Housekeeping",
        status: "Enabled",
        filter: [{}],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
        noncurrent_version_expiration: [{ noncurrent_days: 90 }],
        expiration: [{ expired_object_delete_marker: true }],
      },
    ]);
  });

  it("allows browsers to read from the given origins, by default from none", () => {
    expect(
      synthesize({ corsAllowedOrigins: ["https://player.example.com"] }).text,
    ).toHaveResourceWithProperties(S3BucketCorsConfiguration, {
      cors_rule: [
        {
          allowed_origins: ["https://player.example.com"],
          allowed_methods: ["GET", "HEAD"],
          allowed_headers: ["*"],
          expose_headers: ["Content-Length", "Content-Range", "ETag"],
          max_age_seconds: 3000,
        },
      ],
    });
    expect(synthesize().text).not.toHaveResource(S3BucketCorsConfiguration);
  });

  it("can be protected from every plan that would delete it", () => {
    expect(synthesize({ preventDestroy: true }).at("aws_s3_bucket.videos").lifecycle).toEqual({
      prevent_destroy: true,
    });
    expect(synthesize().at("aws_s3_bucket.videos").lifecycle).toBeUndefined();
  });
});
