import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketCorsConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-cors-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";

export interface MediaBucketProps {
  readonly bucketName: string;
  /** Pinned in the Terraform state, so that a refactoring never recreates the bucket. */
  readonly logicalId: string;
  readonly key: EncryptionKey;
  /** Whether `destroy` may delete the bucket with the objects in it. */
  readonly forceDestroy: boolean;
  /** Origins from which a browser may read objects. @default none: no CORS rule */
  readonly corsAllowedOrigins?: readonly string[];
}

/** One bucket with all its satellites: private, versioned, encrypted with the customer key, TLS only. */
export class MediaBucket extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: MediaBucketProps) {
    super(scope, id);
    const bucket = new S3Bucket(this, "bucket", {
      bucket: props.bucketName,
      forceDestroy: props.forceDestroy,
      tags: { Name: props.bucketName },
    });
    bucket.overrideLogicalId(props.logicalId);
    this.name = bucket.bucket;
    this.arn = bucket.arn;

    new S3BucketOwnershipControls(this, "ownership", {
      bucket: bucket.bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const publicAccess = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: props.key.arn },
          bucketKeyEnabled: true,
        },
      ],
    });
    new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    const policy = new DataAwsIamPolicyDocument(this, "policy", {
      statement: [
        {
          sid: "DenyWithoutTls",
          effect: "Deny",
          // Whoever asks, and whatever for: the statement only takes away.
          principals: [{ type: "AWS", identifiers: ["*"] }],
          actions: ["s3:*"],
          resources: [bucket.arn, `${bucket.arn}/*`],
          condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        },
      ],
    });
    new S3BucketPolicy(this, "bucket-policy", {
      bucket: bucket.bucket,
      policy: policy.json,
      // S3 answers 409 when both are changed at once.
      dependsOn: [publicAccess],
    });
    if (props.corsAllowedOrigins !== undefined) {
      new S3BucketCorsConfiguration(this, "cors", {
        bucket: bucket.bucket,
        corsRule: [
          {
            allowedOrigins: [...props.corsAllowedOrigins],
            allowedMethods: ["GET", "HEAD"],
            allowedHeaders: ["*"],
            // Players ask for byte ranges and read these headers of the answer.
            exposeHeaders: ["Content-Length", "Content-Range", "ETag"],
            maxAgeSeconds: 3000,
          },
        ],
      });
    }
  }
}
