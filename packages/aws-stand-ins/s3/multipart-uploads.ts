import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { z } from "zod";
import type { Bucket } from "./bucket";
import { S3Error } from "./error";
import type { ObjectOptions, StoredObject } from "./model";
import type { Content, Staging } from "./staging";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PART_NUMBER = 10_000;
const UPLOAD_FILE = "upload.json";

const uploadSchema = z.object({
  key: z.string(),
  options: z.object({
    contentType: z.string().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
});

/** Identifies an upload; S3 requires all three to agree. */
export interface UploadReference {
  bucket: string;
  key: string;
  uploadId: string;
}

export interface StoredPart {
  /** 1 to 10,000. */
  partNumber: number;
  /** MD5 in hex, without quotes. */
  eTag: string;
  sizeBytes: number;
  lastModified: Date;
}

/**
 * Multipart uploads: a directory each, with the object's options and a file `<part number>-<MD5>` for each part. They
 * survive a restart, and parts may arrive in any order and concurrently.
 *
 * Accepts parts below 5 MiB, where S3 answers EntityTooSmall, so that tests don't need large files.
 * Methods with an `UploadReference` throw S3Error NoSuchUpload if there is no such upload.
 */
export class MultipartUploads {
  private readonly completions = new Map<string, Promise<StoredObject>>();

  constructor(
    private readonly staging: Staging,
    private readonly bucket: (name: string) => Bucket,
  ) {}

  /** @returns the upload's id */
  async create(bucket: string, key: string, options: ObjectOptions = {}): Promise<string> {
    const target = this.bucket(bucket);
    target.checkKey(key);
    const uploadId = randomUUID().replaceAll("-", "");
    const directory = join(target.layout.uploadDirectory, uploadId);
    await mkdir(directory);
    await writeFile(join(directory, UPLOAD_FILE), JSON.stringify({ key, options }));
    return uploadId;
  }

  /** @throws S3Error InvalidArgument for a part number out of range */
  async uploadPart(upload: UploadReference, partNumber: number, content: Content): Promise<StoredPart> {
    if (!(Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= MAX_PART_NUMBER)) {
      throw new S3Error("InvalidArgument", `partNumber is a whole number from 1 to ${MAX_PART_NUMBER}.`);
    }
    await this.read(upload);
    const directory = this.directory(upload);
    return this.staging.with(content, async (staged) => {
      const path = join(directory, `${partNumber}-${staged.md5}`);
      await rename(staged.path, path);
      const earlier = (await readdir(directory)).filter((name) => name.startsWith(`${partNumber}-`));
      for (const name of earlier) if (join(directory, name) !== path) await rm(join(directory, name));
      return { partNumber, eTag: staged.md5, sizeBytes: staged.sizeBytes, lastModified: new Date() };
    });
  }

  /** In the order of their numbers. */
  async listParts(upload: UploadReference): Promise<StoredPart[]> {
    await this.read(upload);
    const directory = this.directory(upload);
    const names = (await readdir(directory)).filter((name) => name !== UPLOAD_FILE);
    const parts = names.map(async (name) => {
      const [partNumber = "", eTag = ""] = name.split("-");
      const { size, mtime } = await stat(join(directory, name));
      return { partNumber: Number(partNumber), eTag, sizeBytes: size, lastModified: mtime };
    });
    return (await Promise.all(parts)).sort((a, b) => a.partNumber - b.partNumber);
  }

  /**
   * Joins the named parts; a repeated call gets the same answer while that runs.
   * @throws S3Error InvalidPart, InvalidPartOrder, MalformedXML if no part is named
   */
  async complete(
    upload: UploadReference,
    parts: readonly { partNumber: number; eTag: string }[],
  ): Promise<StoredObject> {
    const running = this.completions.get(upload.uploadId);
    if (running) return running;
    const completion = this.join(upload, parts).finally(() => this.completions.delete(upload.uploadId));
    this.completions.set(upload.uploadId, completion);
    return completion;
  }

  async abort(upload: UploadReference): Promise<void> {
    await this.read(upload);
    await rm(this.directory(upload), { recursive: true });
  }

  private async join(
    upload: UploadReference,
    parts: readonly { partNumber: number; eTag: string }[],
  ): Promise<StoredObject> {
    const { key, options } = await this.read(upload);
    const stored = new Map((await this.listParts(upload)).map((part) => [part.partNumber, part]));
    if (parts.length === 0) throw new S3Error("MalformedXML", "The request names no part.");
    for (const [index, { partNumber, eTag }] of parts.entries()) {
      if (partNumber <= (parts[index - 1]?.partNumber ?? 0)) {
        throw new S3Error("InvalidPartOrder", `Part ${partNumber} is not in ascending order.`);
      }
      const arrived = stored.get(partNumber)?.eTag;
      if (arrived !== eTag) {
        throw new S3Error(
          "InvalidPart",
          arrived
            ? `Part ${partNumber} was uploaded with ETag "${arrived}", not "${eTag}".`
            : `Part ${partNumber} was not uploaded.`,
        );
      }
    }
    const digests = createHash("md5");
    for (const { eTag } of parts) digests.update(eTag, "hex");
    const eTag = `${digests.digest("hex")}-${parts.length}`;

    const directory = this.directory(upload);
    const paths = parts.map((part) => join(directory, `${part.partNumber}-${part.eTag}`));
    const object = await this.staging.with(Readable.from(concatenation(paths)), (staged) =>
      this.bucket(upload.bucket).commit(
        key,
        { ...staged, eTag },
        options,
        "ObjectCreated:CompleteMultipartUpload",
      ),
    );
    await rm(directory, { recursive: true });
    return object;
  }

  private async read(upload: UploadReference) {
    const bucket = this.bucket(upload.bucket);
    const isKnown =
      /^[0-9a-f]{32}$/.test(upload.uploadId) &&
      (await readdir(bucket.layout.uploadDirectory)).includes(upload.uploadId);
    const description = isKnown
      ? uploadSchema.parse(JSON.parse(await readFile(join(this.directory(upload), UPLOAD_FILE), "utf8")))
      : undefined;
    if (description?.key === upload.key) return description;
    throw new S3Error(
      "NoSuchUpload",
      `There is no upload ${JSON.stringify(upload.uploadId)} of "${upload.key}": it may be completed or aborted already.`,
    );
  }

  /** Only for references that `read` accepted. */
  private directory(upload: UploadReference): string {
    return join(this.bucket(upload.bucket).layout.uploadDirectory, upload.uploadId);
  }
}

async function* concatenation(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) yield* createReadStream(path, { highWaterMark: 1 << 20 });
}
