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
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { fixAddress } from "./address";
import { denyWithoutTls } from "./deny-without-tls";
import type { EncryptionKey } from "./encryption-key";

export interface MediaBucketProps {
  readonly bucketName: string;
  /** Fixes the Terraform address, so that a refactoring never replaces the bucket. */
  readonly logicalId: string;
  /** @default SSE-S3, which a bucket for access logs needs */
  readonly key?: Pick<EncryptionKey, "arn">;
  /** Whether overwritten and deleted objects are kept as versions, for 90 days. @default true */
  readonly versioned?: boolean;
  /** Whether `destroy` may delete the bucket with the objects in it. */
  readonly forceDestroy: boolean;
  /** Whether Terraform rejects any plan that would delete the bucket. @default false */
  readonly preventDestroy?: boolean;
  /** Origins from which a browser may read objects. @default none: no CORS rule */
  readonly corsAllowedOrigins?: readonly string[];
  /** Lifecycle rules in addition to the housekeeping of every bucket. @default none */
  readonly lifecycleRules?: readonly S3BucketLifecycleConfigurationRule[];
  /** Statements of the bucket policy in addition to the denial of requests without TLS. @default none */
  readonly statements?: readonly DataAwsIamPolicyDocumentStatement[];
  /** The bucket that receives this bucket's access logs, under `<prefix>/`. @default no access logs */
  readonly accessLogs?: { readonly bucket: MediaBucket; readonly prefix: string };
  /** Tags in addition to Name. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

const NONCURRENT_DAYS = 90;
const INCOMPLETE_UPLOAD_DAYS = 7;

/** A private, encrypted bucket that denies requests without TLS, with its lifecycle, access logs and CORS. */
export class MediaBucket extends Construct {
  readonly name: string;
  readonly arn: string;
  /** `<name>.s3.<region>.amazonaws.com` */
  readonly regionalDomainName: string;
  private readonly statements: DataAwsIamPolicyDocumentStatement[];
  private readonly document: DataAwsIamPolicyDocument;
  private readonly policy: S3BucketPolicy;
  /** What has to exist before an object is put. */
  readonly prerequisites: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: MediaBucketProps) {
    super(scope, id);
    const bucket = new S3Bucket(this, "bucket", {
      bucket: props.bucketName,
      forceDestroy: props.forceDestroy,
      tags: { Name: props.bucketName, ...props.tags },
      lifecycle: props.preventDestroy ? { preventDestroy: true } : undefined,
    });
    fixAddress(bucket, props.logicalId);
    this.name = bucket.bucket;
    this.arn = bucket.arn;
    this.regionalDomainName = bucket.bucketRegionalDomainName;
    this.statements = [denyWithoutTls("s3", [this.arn, `${this.arn}/*`]), ...(props.statements ?? [])];
    this.document = new DataAwsIamPolicyDocument(this, "policy", { statement: this.statements });

    new S3BucketOwnershipControls(this, "ownership", {
      bucket: bucket.bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const encryption = this.addEncryption(props.key);
    this.policy = this.addPolicy();
    const versioning = (props.versioned ?? true) ? [this.addVersioning()] : [];
    this.addLifecycle(props.lifecycleRules ?? [], versioning);
    this.prerequisites = [encryption, this.policy, ...versioning];
    if (props.accessLogs !== undefined) this.addAccessLogs(props.accessLogs);
    if (props.corsAllowedOrigins !== undefined) this.addCors(props.corsAllowedOrigins);
  }

  private addEncryption(key: MediaBucketProps["key"]): ITerraformDependable {
    return new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
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

  /** Adds a statement to the bucket policy, for resources that need the bucket before they exist. */
  allow(statement: DataAwsIamPolicyDocumentStatement): void {
    this.statements.push(statement);
    this.document.putStatement(this.statements);
  }

  private addPolicy(): S3BucketPolicy {
    const publicAccess = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: this.name,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    return new S3BucketPolicy(this, "bucket-policy", {
      bucket: this.name,
      policy: this.document.json,
      // S3 answers 409 when both change at once.
      dependsOn: [publicAccess],
    });
  }

  private addVersioning(): ITerraformDependable {
    return new S3BucketVersioningA(this, "versioning", {
      bucket: this.name,
      versioningConfiguration: { status: "Enabled" },
    });
  }

  private addLifecycle(
    rules: readonly S3BucketLifecycleConfigurationRule[],
    versioning: ITerraformDependable[],
  ): void {
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: this.name,
      rule: [
        ...rules,
        {
          id: "Housekeeping",
          status: "Enabled",
          filter: [{}],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: INCOMPLETE_UPLOAD_DAYS }],
          noncurrentVersionExpiration: [{ noncurrentDays: NONCURRENT_DAYS }],
          expiration: [{ expiredObjectDeleteMarker: true }],
        },
      ],
      dependsOn: versioning,
    });
  }

  private addAccessLogs({ bucket, prefix }: { bucket: MediaBucket; prefix: string }): void {
    new S3BucketLoggingA(this, "access-logs", {
      bucket: this.name,
      targetBucket: bucket.name,
      targetPrefix: `${prefix}/`,
      // S3 checks that it may write to the target bucket.
      dependsOn: [bucket.policy],
    });
  }

  private addCors(allowedOrigins: readonly string[]): void {
    new S3BucketCorsConfiguration(this, "cors", {
      bucket: this.name,
      corsRule: [
        {
          allowedOrigins: [...allowedOrigins],
          allowedMethods: ["GET", "HEAD"],
          allowedHeaders: ["*"],
          // Players request byte ranges and read these response headers.
          exposeHeaders: ["Content-Length", "Content-Range", "ETag"],
          maxAgeSeconds: 3000,
        },
      ],
    });
  }
}
