import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";

export interface StoredSource {
  /** Absent if the bucket never had versioning. */
  readonly versionId?: string | undefined;
  readonly sizeBytes: number;
  /** What was asked for, as far as the object has it. */
  readonly bytes?: Uint8Array | undefined;
}

/** `end` is exclusive, and may be beyond the end of the object. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The bucket that uploads arrive in. */
export interface SourceStore {
  /**
   * The newest version of an object; undefined if the object doesn't exist or is deleted.
   *
   * @param range a part of it to read in the same call @default none
   */
  newest(bucket: string, key: string, range?: ByteRange): Promise<StoredSource | undefined>;
  /** The objects whose keys begin with the prefix, at most 1000. */
  list(bucket: string, prefix: string): Promise<{ readonly key: string; readonly sizeBytes: number }[]>;
  /** The content of an object; undefined if it doesn't exist. */
  read(bucket: string, key: string): Promise<Uint8Array | undefined>;
}

/** Needs s3:ListBucket: without it, S3 answers 403 instead of 404 for an object that doesn't exist. */
export class S3SourceStore implements SourceStore {
  constructor(private readonly client: S3Client) {}

  async newest(bucket: string, key: string, range?: ByteRange): Promise<StoredSource | undefined> {
    try {
      return range ? await this.open(bucket, key, range) : await this.head(bucket, key);
    } catch (error) {
      if (error instanceof NotFound || error instanceof NoSuchKey) return undefined;
      // The newest version ends before the range starts.
      if (error instanceof S3ServiceException && error.name === "InvalidRange")
        return this.newest(bucket, key);
      throw error;
    }
  }

  private async head(bucket: string, key: string): Promise<StoredSource> {
    const { VersionId, ContentLength = 0 } = await this.client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key }),
    );
    return { versionId: VersionId, sizeBytes: ContentLength };
  }

  private async open(bucket: string, key: string, { start, end }: ByteRange): Promise<StoredSource> {
    const { VersionId, ContentRange, Body } = await this.client.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=${start}-${end - 1}` }),
    );
    return {
      versionId: VersionId,
      // `bytes 0-9/100`
      sizeBytes: Number(ContentRange?.split("/")[1]),
      bytes: await Body?.transformToByteArray(),
    };
  }

  /** One page. */
  async list(bucket: string, prefix: string): Promise<{ key: string; sizeBytes: number }[]> {
    const { Contents = [] } = await this.client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
    );
    return Contents.map(({ Key: key = "", Size: sizeBytes = 0 }) => ({ key, sizeBytes }));
  }

  async read(bucket: string, key: string): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }
}
