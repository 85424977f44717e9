import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  type S3Client,
} from "@aws-sdk/client-s3";

export interface StoredSource {
  /** Absent if the bucket never had versioning. */
  readonly versionId?: string | undefined;
  readonly sizeBytes: number;
}

/** `end` is exclusive, and may be beyond the end of the object. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The bucket that uploads arrive in. */
export interface SourceStore {
  /** The newest version of an object; undefined if the object doesn't exist or is deleted. */
  newest(bucket: string, key: string): Promise<StoredSource | undefined>;
  /** The objects whose keys begin with the prefix, at most 1000. */
  list(bucket: string, prefix: string): Promise<{ readonly key: string; readonly sizeBytes: number }[]>;
  /** The content of an object, or a range of it; undefined if it doesn't exist. */
  read(bucket: string, key: string, range?: ByteRange): Promise<Uint8Array | undefined>;
}

/** Needs s3:ListBucket: without it, S3 answers 403 instead of 404 for an object that doesn't exist. */
export class S3SourceStore implements SourceStore {
  constructor(private readonly client: S3Client) {}

  async newest(bucket: string, key: string): Promise<StoredSource | undefined> {
    try {
      const { VersionId, ContentLength = 0 } = await this.client.send(
        new HeadObjectCommand({ Bucket: bucket, Key: key }),
      );
      return { versionId: VersionId, sizeBytes: ContentLength };
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  /** One page. */
  async list(bucket: string, prefix: string): Promise<{ key: string; sizeBytes: number }[]> {
    const { Contents = [] } = await this.client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
    );
    return Contents.map(({ Key: key = "", Size: sizeBytes = 0 }) => ({ key, sizeBytes }));
  }

  async read(bucket: string, key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    try {
      const Range = range && `bytes=${range.start}-${range.end - 1}`;
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }
}
