import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";
import type { EncryptionKey } from "./encryption-key";
import { MediaBucket } from "./media-bucket";
import type { Names } from "./naming";
import type { UploadBucket } from "./upload-bucket";

export interface MediaStorageProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly key: Pick<EncryptionKey, "arn">;
  /** Origins from which a browser may read streams and thumbnails; `*` for any. */
  readonly corsAllowedOrigins: readonly string[];
  /** Whether `destroy` may delete buckets with the objects in them. */
  readonly forceDestroy: boolean;
  /** Receives the uploads. @default none: the pipeline creates a bucket */
  readonly rawBucket?: UploadBucket | undefined;
}

/** The buckets for uploads, streams and thumbnails, and the bucket for their access logs. */
export class MediaStorage extends Construct {
  readonly logs: MediaBucket;
  readonly raw: UploadBucket & Pick<MediaBucket, "prerequisites">;
  readonly processed: MediaBucket;
  readonly thumbnails: MediaBucket;

  constructor(scope: Construct, id: string, props: MediaStorageProps) {
    super(scope, id);
    const { names, key, corsAllowedOrigins, forceDestroy, rawBucket } = props;
    this.logs = this.addLogBucket(props);
    this.raw = rawBucket === undefined ? this.addRawBucket(props) : { ...rawBucket, prerequisites: [] };
    this.processed = new MediaBucket(this, "processed", {
      bucketName: names.mediaBuckets.processed,
      logicalId: "processed_videos",
      key,
      forceDestroy,
      accessLogs: { bucket: this.logs, prefix: "processed-videos-logs" },
      corsAllowedOrigins,
    });
    this.thumbnails = new MediaBucket(this, "thumbnails", {
      bucketName: names.mediaBuckets.thumbnails,
      logicalId: "thumbnails",
      key,
      forceDestroy,
      accessLogs: { bucket: this.logs, prefix: "thumbnails-logs" },
      corsAllowedOrigins,
    });
  }

  private addRawBucket({ aws, names, key, forceDestroy }: MediaStorageProps): MediaBucket {
    return new MediaBucket(this, "raw", {
      bucketName: names.mediaBuckets.raw,
      logicalId: "raw_videos",
      key,
      forceDestroy,
      accessLogs: { bucket: this.logs, prefix: "raw-videos-logs" },
      statements: denyOtherEncryption(`${aws.bucketArn(names.mediaBuckets.raw)}/*`, key),
      lifecycleRules: [
        {
          id: "TransitionToIA",
          status: "Enabled",
          filter: [{}],
          transition: [{ days: 30, storageClass: "STANDARD_IA" }],
        },
      ],
      tags: { DataClassification: "Confidential" },
    });
  }

  private addLogBucket({ aws, names, forceDestroy }: MediaStorageProps): MediaBucket {
    const bucketName = names.logBuckets.accessLogs;
    return new MediaBucket(this, "logs", {
      bucketName,
      logicalId: "access_logs",
      // SSE-S3, because S3 can't deliver access logs to a bucket with SSE-KMS:
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
      versioned: false,
      forceDestroy,
      lifecycleRules: [{ id: "ExpireLogs", status: "Enabled", filter: [{}], expiration: [{ days: 90 }] }],
      statements: [
        {
          sid: "S3ServerAccessLogsPolicy",
          principals: [{ type: "Service", identifiers: ["logging.s3.amazonaws.com"] }],
          actions: ["s3:PutObject"],
          resources: [`${aws.bucketArn(bucketName)}/*`],
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.accountId] },
            {
              test: "ArnEquals",
              variable: "aws:SourceArn",
              values: Object.values(names.mediaBuckets).map((name) => aws.bucketArn(name)),
            },
          ],
        },
      ],
    });
  }
}

/**
 * Statements that deny uploads that ask for another encryption than the bucket's: MediaConvert couldn't read them, or
 * they would escape the key's policy and CloudTrail's record of its use. A key id must be the full ARN:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
function denyOtherEncryption(
  objects: string,
  key: Pick<EncryptionKey, "arn">,
): DataAwsIamPolicyDocumentStatement[] {
  const algorithm = "s3:x-amz-server-side-encryption";
  const keyId = "s3:x-amz-server-side-encryption-aws-kms-key-id";
  const isAbsent = (variable: string, value: boolean) => ({
    test: "Null",
    variable,
    values: [String(value)],
  });
  const deny = (sid: string, condition: DataAwsIamPolicyDocumentStatement["condition"]) => ({
    sid,
    effect: "Deny",
    principals: [{ type: "AWS", identifiers: ["*"] }],
    actions: ["s3:PutObject"],
    resources: [objects],
    condition,
  });
  return [
    deny("DenyAnotherKey", [
      isAbsent(keyId, false),
      { test: "ArnNotEquals", variable: keyId, values: [key.arn] },
    ]),
    // SSE-S3, or the account's default key.
    deny("DenyEncryptionWithoutTheKey", [isAbsent(algorithm, false), isAbsent(keyId, true)]),
    deny("DenyCustomerProvidedKeys", [isAbsent("s3:x-amz-server-side-encryption-customer-algorithm", false)]),
  ];
}
