import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Bucket } from "./bucket";
import { S3Error } from "./error";
import { type ObjectOptions, objectOptions, type StoredObject } from "./model";
import type { Content, Staging } from "./staging";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PART_NUMBER = 10_000;
const UPLOAD_FILE = "upload.json";

const uploadSchema = z.object({ key: z.string(), options: objectOptions });

/** Identifies an upload; S3 requires all three to agree. */
export interface UploadReference {
  bucket: string;
  key: string;
  uploadId: string;
}

/** As a client names it to complete an upload. */
export interface Part {
  /** 1 to 10,000. */
  partNumber: number;
  /** MD5 in hex, without quotes. */
  eTag: string;
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

  /**
   * @returns the part's ETag, without quotes
   * @throws S3Error InvalidArgument for a part number out of range
   */
  async uploadPart(upload: UploadReference, partNumber: number, content: Content): Promise<string> {
    if (!(Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= MAX_PART_NUMBER)) {
      throw new S3Error("InvalidArgument", `partNumber is a whole number from 1 to ${MAX_PART_NUMBER}.`);
    }
    const { directory } = await this.read(upload);
    return this.staging.with(content, async ({ path, md5 }) => {
      const name = `${partNumber}-${md5}`;
      await rename(path, join(directory, name));
      for (const other of await readdir(directory)) {
        if (other.startsWith(`${partNumber}-`) && other !== name) await rm(join(directory, other));
      }
      return md5;
    });
  }

  /**
   * Joins the named parts; a repeated call gets the same answer while that runs.
   * @throws S3Error InvalidPart, InvalidPartOrder, MalformedXML if no part is named
   */
  async complete(upload: UploadReference, parts: readonly Part[]): Promise<StoredObject> {
    const running = this.completions.get(upload.uploadId);
    if (running) return running;
    const completion = this.join(upload, parts).finally(() => this.completions.delete(upload.uploadId));
    this.completions.set(upload.uploadId, completion);
    return completion;
  }

  async abort(upload: UploadReference): Promise<void> {
    const { directory } = await this.read(upload);
    await rm(directory, { recursive: true });
  }

  private async join(upload: UploadReference, parts: readonly Part[]): Promise<StoredObject> {
    const { directory, key, options } = await this.read(upload);
    const names = await readdir(directory);
    if (parts.length === 0) throw new S3Error("MalformedXML", "The request names no part.");
    for (const [index, { partNumber, eTag }] of parts.entries()) {
      if (partNumber <= (parts[index - 1]?.partNumber ?? 0)) {
        throw new S3Error("InvalidPartOrder", `Part ${partNumber} is not in ascending order.`);
      }
      if (!names.includes(`${partNumber}-${eTag}`)) {
        throw new S3Error("InvalidPart", `Part ${partNumber} was not uploaded with ETag "${eTag}".`);
      }
    }
    const digests = createHash("md5");
    for (const { eTag } of parts) digests.update(eTag, "hex");
    const eTag = `${digests.digest("hex")}-${parts.length}`;

    const paths = parts.map((part) => join(directory, `${part.partNumber}-${part.eTag}`));
    const object = await this.staging.with(concatenation(paths), (staged) =>
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
    const { uploadDirectory } = this.bucket(upload.bucket).layout;
    if ((await readdir(uploadDirectory)).includes(upload.uploadId)) {
      const directory = join(uploadDirectory, upload.uploadId);
      const text = await readFile(join(directory, UPLOAD_FILE), "utf8");
      const description = uploadSchema.parse(JSON.parse(text));
      if (description.key === upload.key) return { directory, ...description };
    }
    throw new S3Error(
      "NoSuchUpload",
      `There is no upload ${JSON.stringify(upload.uploadId)} of "${upload.key}": it may be completed or aborted already.`,
    );
  }
}

async function* concatenation(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) yield* createReadStream(path, { highWaterMark: 1 << 20 });
}
