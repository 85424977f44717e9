import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketCorsConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-cors-configuration";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
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
  /** The customer key. @default SSE-S3, which a bucket for access logs needs */
  readonly key?: Pick<EncryptionKey, "arn">;
  /** Whether overwritten and deleted objects are kept as versions, for 90 days. @default true */
  readonly versioned?: boolean;
  /** Whether `destroy` may delete the bucket with the objects in it. */
  readonly forceDestroy: boolean;
  /** Whether Terraform refuses any plan that would delete the bucket. @default false */
  readonly preventDestroy?: boolean;
  /** Origins from which a browser may read objects. @default none: no CORS rule */
  readonly corsAllowedOrigins?: readonly string[];
  /** What happens to objects as they age, beside the housekeeping that every bucket has. */
  readonly lifecycleRules?: readonly S3BucketLifecycleConfigurationRule[];
  /** What the bucket's policy allows, beside refusing whatever comes without TLS. */
  readonly statements?: readonly DataAwsIamPolicyDocumentStatement[];
  /** The bucket that takes this one's access logs, under `<prefix>/`. @default no access logs */
  readonly accessLogs?: { readonly bucket: MediaBucket; readonly prefix: string };
  /** @default none but Name */
  readonly tags?: Readonly<Record<string, string>>;
}

const NONCURRENT_DAYS = 90;
const INCOMPLETE_UPLOAD_DAYS = 7;

/** One private bucket with all its satellites: owned, encrypted, TLS only, tidied. */
export class MediaBucket extends Construct {
  readonly name: string;
  readonly arn: string;
  private readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: MediaBucketProps) {
    super(scope, id);
    const bucket = new S3Bucket(this, "bucket", {
      bucket: props.bucketName,
      forceDestroy: props.forceDestroy,
      tags: { Name: props.bucketName, ...props.tags },
      lifecycle: props.preventDestroy ? { preventDestroy: true } : undefined,
    });
    bucket.overrideLogicalId(props.logicalId);
    this.name = bucket.bucket;
    this.arn = bucket.arn;

    new S3BucketOwnershipControls(this, "ownership", {
      bucket: bucket.bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    this.encrypt(props.key);
    this.policy = this.protect(props.statements ?? []);
    this.tidy(props);
    if (props.accessLogs !== undefined) this.logAccess(props.accessLogs);
    if (props.corsAllowedOrigins !== undefined) this.letBrowsersRead(props.corsAllowedOrigins);
  }

  private encrypt(key: MediaBucketProps["key"]): void {
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: this.name,
      rule: [
        key === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
              bucketKeyEnabled: true,
            },
      ],
    });
  }

  private protect(statements: readonly DataAwsIamPolicyDocumentStatement[]): S3BucketPolicy {
    const publicAccess = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: this.name,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const policy = new DataAwsIamPolicyDocument(this, "policy", {
      statement: [
        {
          sid: "DenyWithoutTls",
          effect: "Deny",
          // Whoever asks, and whatever for: the statement only takes away.
          principals: [{ type: "AWS", identifiers: ["*"] }],
          actions: ["s3:*"],
          resources: [this.arn, `${this.arn}/*`],
          condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        },
        ...statements,
      ],
    });
    return new S3BucketPolicy(this, "bucket-policy", {
      bucket: this.name,
      policy: policy.json,
      // S3 answers 409 when both are changed at once.
      dependsOn: [publicAccess],
    });
  }

  private tidy({ versioned = true, lifecycleRules = [] }: MediaBucketProps): void {
    const versioning =
      versioned &&
      new S3BucketVersioningA(this, "versioning", {
        bucket: this.name,
        versioningConfiguration: { status: "Enabled" },
      });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: this.name,
      rule: [
        ...lifecycleRules,
        {
          id: "Housekeeping",
          status: "Enabled",
          filter: [{}],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: INCOMPLETE_UPLOAD_DAYS }],
          noncurrentVersionExpiration: [{ noncurrentDays: NONCURRENT_DAYS }],
          expiration: [{ expiredObjectDeleteMarker: true }],
        },
      ],
      dependsOn: versioning ? [versioning] : [],
    });
  }

  private logAccess({ bucket, prefix }: { bucket: MediaBucket; prefix: string }): void {
    new S3BucketLoggingA(this, "access-logs", {
      bucket: this.name,
      targetBucket: bucket.name,
      targetPrefix: `${prefix}/`,
      // S3 tries whether it may write there.
      dependsOn: [bucket.policy],
    });
  }

  private letBrowsersRead(allowedOrigins: readonly string[]): void {
    new S3BucketCorsConfiguration(this, "cors", {
      bucket: this.name,
      corsRule: [
        {
          allowedOrigins: [...allowedOrigins],
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
