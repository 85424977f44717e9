import { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";
import type { EncryptionKey } from "./encryption-key";
import { MediaBucket } from "./media-bucket";
import type { Names } from "./naming";

export interface MediaStorageProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly key: EncryptionKey;
  readonly corsAllowedOrigins: readonly string[];
  readonly forceDestroy: boolean;
}

/** The buckets through which a video goes, uploaded to raw and delivered from the others, and their access logs. */
export class MediaStorage extends Construct {
  readonly logs: MediaBucket;
  readonly raw: MediaBucket;
  readonly processed: MediaBucket;
  readonly thumbnails: MediaBucket;

  constructor(scope: Construct, id: string, props: MediaStorageProps) {
    super(scope, id);
    const { names, key, corsAllowedOrigins, forceDestroy } = props;
    this.logs = this.logBucket(props);
    this.raw = new MediaBucket(this, "raw", {
      bucketName: names.of("rawVideosBucket"),
      logicalId: "raw_videos",
      key,
      forceDestroy,
      accessLogs: { bucket: this.logs, prefix: "raw-videos-logs" },
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
    this.processed = new MediaBucket(this, "processed", {
      bucketName: names.of("processedVideosBucket"),
      logicalId: "processed_videos",
      key,
      forceDestroy,
      accessLogs: { bucket: this.logs, prefix: "processed-videos-logs" },
      corsAllowedOrigins,
    });
    this.thumbnails = new MediaBucket(this, "thumbnails", {
      bucketName: names.of("thumbnailsBucket"),
      logicalId: "thumbnails",
      key,
      forceDestroy,
      accessLogs: { bucket: this.logs, prefix: "thumbnails-logs" },
      corsAllowedOrigins,
    });
  }

  private logBucket({ aws, names, forceDestroy }: MediaStorageProps): MediaBucket {
    const bucketName = names.of("logBucket");
    const logged = ["rawVideosBucket", "processedVideosBucket", "thumbnailsBucket"] as const;
    return new MediaBucket(this, "logs", {
      bucketName,
      logicalId: "access_logs",
      // No customer key: S3 can't deliver access logs to a bucket with SSE-KMS.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
      versioned: false,
      forceDestroy,
      lifecycleRules: [{ id: "ExpireLogs", status: "Enabled", filter: [{}], expiration: [{ days: 90 }] }],
      statements: [
        {
          sid: "S3ServerAccessLogsPolicy",
          principals: [{ type: "Service", identifiers: ["logging.s3.amazonaws.com"] }],
          actions: ["s3:PutObject"],
          resources: [`arn:${aws.partition}:s3:::${bucketName}/*`],
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.accountId] },
            {
              test: "ArnEquals",
              variable: "aws:SourceArn",
              values: logged.map((name) => `arn:${aws.partition}:s3:::${names.of(name)}`),
            },
          ],
        },
      ],
    });
  }
}
