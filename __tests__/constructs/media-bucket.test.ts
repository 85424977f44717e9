import { S3BucketCorsConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-cors-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Testing } from "cdktf";
import { setupJest } from "cdktf/lib/testing/adapters/jest";
import { MediaBucket, type MediaBucketProps } from "../../constructs/media-bucket";
import { publishable, withoutTls } from "./checks/protection";
import { key } from "./stand-ins";
import { Synthesized } from "./synthesized";

setupJest();

const synthesize = (props: Partial<MediaBucketProps> = {}) =>
  Testing.synthScope(
    (scope) =>
      new MediaBucket(scope, "videos", {
        bucketName: "videos",
        logicalId: "videos",
        forceDestroy: false,
        ...props,
      }),
  );
const bucket = (props: Partial<MediaBucketProps> = {}) => new Synthesized(JSON.parse(synthesize(props)));

describe("a media bucket", () => {
  it("denies requests without TLS and can't be made public", () => {
    expect(withoutTls(bucket())).toEqual([]);
    expect(publishable(bucket())).toEqual([]);
  });

  it("owns every object in it", () => {
    expect(synthesize()).toHaveResourceWithProperties(S3BucketOwnershipControls, {
      rule: { object_ownership: "BucketOwnerEnforced" },
    });
  });

  it("is encrypted with the given key", () => {
    expect(synthesize({ key })).toHaveResourceWithProperties(S3BucketServerSideEncryptionConfigurationA, {
      rule: [
        {
          bucket_key_enabled: true,
          apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: key.arn },
        },
      ],
    });
  });

  it("is encrypted by S3 without a key", () => {
    expect(synthesize()).toHaveResourceWithProperties(S3BucketServerSideEncryptionConfigurationA, {
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
    });
  });

  it("keeps versions unless told otherwise", () => {
    expect(synthesize()).toHaveResourceWithProperties(S3BucketVersioningA, {
      versioning_configuration: { status: "Enabled" },
    });
    expect(synthesize({ versioned: false })).not.toHaveResource(S3BucketVersioningA);
  });

  it("expires incomplete uploads, old versions and lone delete markers, after its own rules", () => {
    const own = { id: "Own", status: "Enabled", expiration: [{ days: 1 }] };
    expect(
      bucket({ lifecycleRules: [own] }).at("aws_s3_bucket_lifecycle_configuration.videos_lifecycle").rule,
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

  it("lets browsers read from the given origins, and from none by default", () => {
    expect(synthesize({ corsAllowedOrigins: ["https://player.example.com"] })).toHaveResourceWithProperties(
      S3BucketCorsConfiguration,
      {
        cors_rule: [
          {
            allowed_origins: ["https://player.example.com"],
            allowed_methods: ["GET", "HEAD"],
            allowed_headers: ["*"],
            expose_headers: ["Content-Length", "Content-Range", "ETag"],
            max_age_seconds: 3000,
          },
        ],
      },
    );
    expect(synthesize()).not.toHaveResource(S3BucketCorsConfiguration);
  });

  it("can be protected from every plan that would delete it", () => {
    expect(bucket({ preventDestroy: true }).at("aws_s3_bucket.videos").lifecycle).toEqual({
      prevent_destroy: true,
    });
    expect(bucket().at("aws_s3_bucket.videos").lifecycle).toBeUndefined();
  });
});
