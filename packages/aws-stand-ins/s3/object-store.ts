import { join, resolve } from "node:path";
import { Bucket } from "./bucket";
import { digesting } from "./checksums";
import type { CopySource } from "./copy-source";
import { S3Error } from "./error";
import type {
  BucketDefinition,
  Checksum,
  ChecksumAlgorithm,
  Deletion,
  ObjectCreated,
  ObjectOptions,
  OpenedObject,
  StoredObject,
  WriteCondition,
} from "./model";
import { MultipartUploads } from "./multipart-uploads";
import { type Content, Staging } from "./staging";

export interface PutTerms {
  readonly condition?: WriteCondition;
  /** Called when the content is complete. */
  checksum?(): Checksum | undefined;
}

export interface CopyTerms {
  /** @default the source's type, metadata and headers */
  readonly options?: ObjectOptions;
  readonly condition?: WriteCondition;
  /** @default the source's */
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  /** Throws if the source may not be copied. */
  requireSource?(source: StoredObject): void;
}

/**
 * Buckets, objects and versions on disk. The newest content of a key is at `<root>/<bucket>/<key>` where that is a safe
 * path. Only one process at a time may use a root.
 *
 * Every method throws S3Error NoSuchBucket for an unknown bucket.
 */
export class ObjectStore {
  readonly root: string;
  readonly uploads: MultipartUploads;
  private readonly bucketsByName: ReadonlyMap<string, Bucket>;
  private readonly staging: Staging;
  private readonly listeners: ((event: ObjectCreated) => void)[] = [];

  /**
   * @param root created if it doesn't exist; objects of earlier processes are kept
   * @throws Error if a bucket's name isn't valid
   */
  constructor(root: string, buckets: readonly BucketDefinition[]) {
    this.root = resolve(root);
    this.staging = new Staging(join(this.root, ".store", "staging"));
    const announce = (event: ObjectCreated) => {
      for (const listener of this.listeners) listener(event);
    };
    this.bucketsByName = new Map(
      buckets.map((definition) => [definition.name, new Bucket(this.root, definition, announce)]),
    );
    this.uploads = new MultipartUploads(this.staging, (name) => this.bucket(name));
  }

  get buckets(): Bucket[] {
    return [...this.bucketsByName.values()];
  }

  bucket(name: string): Bucket {
    const bucket = this.bucketsByName.get(name);
    if (bucket) return bucket;
    const known = [...this.bucketsByName.keys()].join(", ") || "none";
    throw new S3Error("NoSuchBucket", `The bucket "${name}" does not exist. There are: ${known}.`);
  }

  /**
   * Stores the whole content or nothing: a stream that fails changes nothing.
   * @throws S3Error InvalidArgument or KeyTooLongError for a key that S3 would refuse
   */
  async put(
    bucket: string,
    key: string,
    content: Content,
    options: ObjectOptions = {},
    { condition, checksum }: PutTerms = {},
  ): Promise<StoredObject> {
    const target = this.bucket(bucket);
    target.checkKey(key);
    return this.staging.with(content, ({ md5, ...staged }) => {
      const stored = { ...staged, eTag: md5, checksum: checksum?.() };
      return target.commit(key, stored, options, "ObjectCreated:Put", condition);
    });
  }

  /** Copies within the store. */
  async copy(source: CopySource, bucket: string, key: string, terms: CopyTerms = {}): Promise<StoredObject> {
    const target = this.bucket(bucket);
    target.checkKey(key);
    const { object, file } = await this.open(source.bucket, source.key, source.versionId);
    try {
      terms.requireSource?.(object);
    } catch (error) {
      await file.close();
      throw error;
    }
    const { content, checksum } = digesting(
      file.createReadStream(),
      terms.checksumAlgorithm ?? object.checksum?.algorithm,
    );
    return this.staging.with(content, async ({ md5, ...staged }) => {
      const copied = { ...staged, eTag: md5, checksum: await checksum() };
      return target.commit(key, copied, terms.options ?? object, "ObjectCreated:Copy", terms.condition);
    });
  }

  /** The newest version, or the given one; undefined if there is none or it is a delete marker. */
  async head(bucket: string, key: string, versionId?: string): Promise<StoredObject | undefined> {
    return this.bucket(bucket).object(key, versionId);
  }

  /** @throws S3Error NoSuchKey, NoSuchVersion, or MethodNotAllowed if the version is a delete marker */
  async open(bucket: string, key: string, versionId?: string): Promise<OpenedObject> {
    return this.bucket(bucket).open(key, versionId);
  }

  /** The newest versions, in the order of their keys' UTF-8 bytes. */
  async list(bucket: string, prefix = ""): Promise<StoredObject[]> {
    return this.bucket(bucket).objects(prefix);
  }

  /** A versioned bucket keeps the content unless a version is named. */
  async delete(
    bucket: string,
    key: string,
    versionId?: string,
    condition?: WriteCondition,
  ): Promise<Deletion> {
    return this.bucket(bucket).delete(key, versionId, condition);
  }

  /** Calls the listener after each stored object, in the order of the sequencers. It must not throw. */
  onObjectCreated(listener: (event: ObjectCreated) => void): void {
    this.listeners.push(listener);
  }
}
