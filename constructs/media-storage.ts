import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import { MediaBucket } from "./media-bucket";
import type { Names } from "./naming";

export interface MediaStorageProps {
  readonly names: Names;
  readonly key: EncryptionKey;
  readonly corsAllowedOrigins: readonly string[];
  readonly forceDestroy: boolean;
}

/** The buckets through which a video goes: uploaded to raw, delivered from processed and thumbnails. */
export class MediaStorage extends Construct {
  readonly raw: MediaBucket;
  readonly processed: MediaBucket;
  readonly thumbnails: MediaBucket;

  constructor(
    scope: Construct,
    id: string,
    { names, key, corsAllowedOrigins, forceDestroy }: MediaStorageProps,
  ) {
    super(scope, id);
    this.raw = new MediaBucket(this, "raw", {
      bucketName: names.of("rawVideosBucket"),
      logicalId: "raw_videos",
      key,
      forceDestroy,
    });
    this.processed = new MediaBucket(this, "processed", {
      bucketName: names.of("processedVideosBucket"),
      logicalId: "processed_videos",
      key,
      forceDestroy,
      corsAllowedOrigins,
    });
    this.thumbnails = new MediaBucket(this, "thumbnails", {
      bucketName: names.of("thumbnailsBucket"),
      logicalId: "thumbnails",
      key,
      forceDestroy,
      corsAllowedOrigins,
    });
  }
}
