import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readRecord } from "../record-folder";
import type { Bucket } from "./bucket";
import { compositeChecksum, digesting } from "./checksums";
import { S3Error } from "./error";
import {
  type Checksum,
  type ChecksumKind,
  checksumKind,
  type ObjectOptions,
  objectOptions,
  type StoredObject,
  type WriteCondition,
} from "./model";
import { compareKeys } from "./sorted-keys";
import type { Content, Staging } from "./staging";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PART_NUMBER = 10_000;
const MIN_PART_BYTES = 5 << 20;
const UPLOAD_FILE = "upload.json";

const uploadSchema = z.object({
  key: z.string(),
  options: objectOptions,
  checksum: checksumKind.optional(),
  /** Missing in uploads of earlier releases. */
  initiated: z.coerce.date().default(new Date(0)),
});

/** Identifies an upload; S3 requires all three to agree. */
export interface UploadReference {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

/** As a client names it to complete an upload. */
export interface Part {
  /** 1 to 10,000. */
  readonly partNumber: number;
  /** MD5 in hex, without quotes. */
  readonly eTag: string;
  /** In Base64. */
  readonly checksum?: string;
}

/** As S3 has it. */
export interface StoredPart extends Part {
  readonly sizeBytes: number;
  readonly uploadedAt: Date;
}

export interface CompletionTerms {
  readonly condition?: WriteCondition;
  /** Of the whole object, as the client knows it. */
  readonly checksum?: Checksum;
  readonly sizeBytes?: number;
}

/** An upload that is neither completed nor aborted. */
export interface Upload extends Pick<z.infer<typeof uploadSchema>, "key" | "checksum" | "initiated"> {
  readonly id: string;
}

/**
 * Multipart uploads: a directory each, with the object's options and a file `<part number>-<MD5>[-<checksum>]`, the
 * digests in hex, for each part. They survive a restart, and parts may arrive in any order and concurrently.
 *
 * Methods with an `UploadReference` throw S3Error NoSuchUpload if there is no such upload.
 */
export class MultipartUploads {
  private readonly completions = new Map<string, Promise<StoredObject>>();

  constructor(
    private readonly staging: Staging,
    private readonly bucket: (name: string) => Bucket,
  ) {}

  /** @returns the upload's id */
  async create(
    bucket: string,
    key: string,
    options: ObjectOptions = {},
    checksum?: ChecksumKind,
  ): Promise<string> {
    const target = this.bucket(bucket);
    target.checkKey(key);
    const uploadId = randomUUID().replaceAll("-", "");
    const directory = join(target.layout.uploadDirectory, uploadId);
    await mkdir(directory);
    const description = { key, options, checksum, initiated: new Date() };
    await writeFile(join(directory, UPLOAD_FILE), JSON.stringify(description));
    return uploadId;
  }

  /**
   * @param checksum called when the content is complete
   * @returns the part's ETag, without quotes
   * @throws S3Error InvalidArgument for a part number out of range, InvalidRequest for another checksum than the
   *   upload's
   */
  async uploadPart(
    upload: UploadReference,
    partNumber: number,
    content: Content,
    checksum?: () => Checksum | undefined,
  ): Promise<string> {
    const { directory, checksum: kind } = await this.read(upload);
    return this.storePart(directory, partNumber, content, () => {
      const given = checksum?.();
      if (kind !== undefined && (given !== undefined || kind.type === "COMPOSITE")) {
        requireAlgorithm(kind, given);
      }
      return given?.value;
    });
  }

  /** A part whose checksum S3 computes. @throws S3Error InvalidArgument */
  async copyPart(
    upload: UploadReference,
    partNumber: number,
    source: AsyncIterable<Buffer>,
  ): Promise<{ readonly eTag: string; readonly checksum?: Checksum }> {
    const description = await this.read(upload);
    const { content, checksum } = digesting(source, description.checksum?.algorithm);
    let computed: Checksum | undefined;
    const eTag = await this.storePart(description.directory, partNumber, content, async () => {
      computed = await checksum();
      return computed?.value;
    });
    return { eTag, checksum: computed };
  }

  /**
   * Joins the named parts. A repeated call gets the answer of the first.
   * @throws S3Error InvalidPart, InvalidPartOrder, EntityTooSmall, MalformedXML if no part is named; BadDigest,
   *   InvalidRequest, PreconditionFailed, NoSuchKey if the terms don't hold
   */
  async complete(
    upload: UploadReference,
    parts: readonly Part[],
    terms: CompletionTerms = {},
  ): Promise<StoredObject> {
    const running = this.completions.get(upload.uploadId);
    if (running) return running;
    const completion = this.join(upload, parts, terms).finally(() =>
      this.completions.delete(upload.uploadId),
    );
    this.completions.set(upload.uploadId, completion);
    return completion;
  }

  async abort(upload: UploadReference): Promise<void> {
    const { directory } = await this.read(upload);
    await rm(directory, { recursive: true });
  }

  /** In the order of their keys, then of their start. */
  async list(bucket: string, prefix: string): Promise<Upload[]> {
    const { uploadDirectory } = this.bucket(bucket).layout;
    const uploads = await Promise.all(
      (await readdir(uploadDirectory)).map(async (id) => ({
        ...{ id, ...(await readDescription(join(uploadDirectory, id))) },
      })),
    );
    return uploads
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => compareKeys(a.key, b.key) || a.initiated.getTime() - b.initiated.getTime());
  }

  /** In the order of their numbers. */
  async parts(upload: UploadReference): Promise<{ parts: StoredPart[]; checksum?: ChecksumKind }> {
    const { directory, checksum } = await this.read(upload);
    return { parts: await partsIn(directory), checksum };
  }

  private async storePart(
    directory: string,
    partNumber: number,
    content: Content,
    checksum: () => string | undefined | Promise<string | undefined>,
  ): Promise<string> {
    if (!(Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= MAX_PART_NUMBER)) {
      throw new S3Error("InvalidArgument", `partNumber is a whole number from 1 to ${MAX_PART_NUMBER}.`);
    }
    return this.staging.with(content, async ({ path, md5 }) => {
      const name = partName({ partNumber, eTag: md5, checksum: await checksum() });
      await rename(path, join(directory, name));
      for (const other of await readdir(directory)) {
        if (other.startsWith(`${partNumber}-`) && other !== name) await rm(join(directory, other));
      }
      return md5;
    });
  }

  private async join(
    upload: UploadReference,
    parts: readonly Part[],
    terms: CompletionTerms,
  ): Promise<StoredObject> {
    const target = this.bucket(upload.bucket);
    const eTag = multipartETag(parts);
    const earlier = target
      .versions(upload.key)
      .find(({ key, object }) => key === upload.key && object?.uploadId === upload.uploadId)?.object;
    if (earlier?.eTag === eTag) return earlier;
    const { directory, key, options, checksum: kind } = await this.read(upload);
    const joined = partsToJoin(parts, await partsIn(directory), kind);
    const sizes = joined.map(({ sizeBytes }) => sizeBytes);
    const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
    if (terms.sizeBytes !== undefined && terms.sizeBytes !== sizeBytes) {
      throw new S3Error("InvalidRequest", `The parts have ${sizeBytes} bytes, not ${terms.sizeBytes}.`);
    }
    const paths = joined.map((part) => join(directory, partName(part)));
    const whole = kind?.type === "FULL_OBJECT" ? kind.algorithm : undefined;
    const { content, checksum: wholeChecksum } = digesting(concatenation(paths), whole);

    const object = await this.staging.with(content, async ({ path }) => {
      const checksum =
        kind?.type === "COMPOSITE"
          ? await compositeChecksum(
              kind.algorithm,
              joined.map(({ checksum }) => checksum ?? ""),
            )
          : await wholeChecksum();
      requireSame(terms.checksum, checksum);
      const { uploadId } = upload;
      return target.commit(
        key,
        { path, sizeBytes, eTag, checksum, parts: sizes, uploadId },
        options,
        "ObjectCreated:CompleteMultipartUpload",
        terms.condition,
      );
    });
    await rm(directory, { recursive: true });
    return object;
  }

  private async read(upload: UploadReference) {
    const { uploadDirectory } = this.bucket(upload.bucket).layout;
    if ((await readdir(uploadDirectory)).includes(upload.uploadId)) {
      const directory = join(uploadDirectory, upload.uploadId);
      const description = await readDescription(directory);
      if (description.key === upload.key) return { directory, ...description };
    }
    throw new S3Error(
      "NoSuchUpload",
      `There is no upload ${JSON.stringify(upload.uploadId)} of "${upload.key}": it may be completed or aborted already.`,
    );
  }
}

async function readDescription(directory: string): Promise<z.infer<typeof uploadSchema>> {
  return readRecord(join(directory, UPLOAD_FILE), uploadSchema, "Abort the upload, and start it again.");
}

function multipartETag(parts: readonly Part[]): string {
  const digests = createHash("md5");
  for (const { eTag } of parts) digests.update(eTag, "hex");
  return `${digests.digest("hex")}-${parts.length}`;
}

function partName({ partNumber, eTag, checksum }: Part): string {
  const digest = checksum === undefined ? [] : [Buffer.from(checksum, "base64").toString("hex")];
  return [partNumber, eTag, ...digest].join("-");
}

async function partsIn(directory: string): Promise<StoredPart[]> {
  const names = (await readdir(directory)).filter((name) => name !== UPLOAD_FILE);
  const parts = await Promise.all(
    names.map(async (name) => {
      const [partNumber, eTag = "", digest] = name.split("-");
      const { size, mtime } = await stat(join(directory, name));
      return {
        ...{ partNumber: Number(partNumber), eTag, sizeBytes: size, uploadedAt: mtime },
        checksum: digest === undefined ? undefined : Buffer.from(digest, "hex").toString("base64"),
      };
    }),
  );
  return parts.sort((a, b) => a.partNumber - b.partNumber);
}

/** @throws S3Error InvalidPart, InvalidPartOrder, InvalidRequest, EntityTooSmall, MalformedXML */
function partsToJoin(
  named: readonly Part[],
  stored: readonly StoredPart[],
  kind: ChecksumKind | undefined,
): StoredPart[] {
  if (named.length === 0) throw new S3Error("MalformedXML", "The request names no part.");
  const joined = named.map(({ partNumber, eTag, checksum }, index) => {
    if (partNumber <= (named[index - 1]?.partNumber ?? 0)) {
      throw new S3Error("InvalidPartOrder", `Part ${partNumber} is not in ascending order.`);
    }
    if (checksum === undefined && kind?.type === "COMPOSITE") {
      throw new S3Error(
        "InvalidRequest",
        `The upload was created using a ${kind.algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
      );
    }
    const part = stored.find((one) => one.partNumber === partNumber && one.eTag === eTag);
    if (part === undefined || (checksum !== undefined && checksum !== part.checksum)) {
      throw new S3Error(
        "InvalidPart",
        `Part ${partNumber} was not uploaded with ETag "${eTag}"${checksum === undefined ? "" : ` and checksum ${checksum}`}.`,
      );
    }
    return part;
  });
  for (const { partNumber, sizeBytes } of joined.slice(0, -1)) {
    if (sizeBytes >= MIN_PART_BYTES) continue;
    throw new S3Error(
      "EntityTooSmall",
      `Part ${partNumber} has ${sizeBytes} bytes; every part but the last has at least ${MIN_PART_BYTES}.`,
    );
  }
  return joined;
}

function requireAlgorithm(kind: ChecksumKind, given: Checksum | undefined): void {
  if (given?.algorithm === kind.algorithm) return;
  throw new S3Error(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${kind.algorithm}, actual checksum Type: ${given?.algorithm ?? "null"}`,
  );
}

function requireSame(expected: Checksum | undefined, actual: Checksum | undefined): void {
  if (expected === undefined) return;
  const isSame = expected.algorithm === actual?.algorithm && expected.value === actual.value.split("-")[0];
  if (isSame || expected.value === actual?.value) return;
  throw new S3Error(
    "BadDigest",
    `The object's checksum is ${actual?.value ?? "unknown"}, not ${expected.value}.`,
  );
}

async function* concatenation(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) yield* createReadStream(path, { highWaterMark: 1 << 20 });
}
