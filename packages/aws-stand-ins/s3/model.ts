import type { FileHandle } from "node:fs/promises";
import { z } from "zod";

export interface BucketDefinition {
  /** As S3 allows it: 3 to 63 of `a-z0-9.-`. */
  name: string;
  versioned: boolean;
  cors?: CorsRule[];
}

export interface CorsRule {
  /** Each with at most one `*`. */
  allowedOrigins: string[];
  allowedMethods: string[];
  /** Each with at most one `*`. */
  allowedHeaders: string[];
  /** Headers of the answer that a page may read. @default none */
  exposeHeaders?: string[];
  maxAgeSeconds?: number;
}

const texts = z.record(z.string(), z.string());

export const objectOptions = z.object({
  /** @default binary/octet-stream, as in S3 */
  contentType: z.string().optional(),
  /** User metadata, names without `x-amz-meta-`. */
  metadata: texts.optional(),
  /** Cache-Control and the like, as uploaded; names in lower case. */
  headers: texts.optional(),
});

export type ObjectOptions = z.infer<typeof objectOptions>;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export const checksumKind = z.object({
  algorithm: z.enum(["crc32", "crc32c", "crc64nvme", "sha1", "sha256"]),
  /** Of the whole content, or of the checksums of its parts. */
  type: z.enum(["FULL_OBJECT", "COMPOSITE"]),
});
const checksum = checksumKind.extend({
  /** In Base64, with `-<parts>` if it is composite. */
  value: z.string(),
});

export type ChecksumKind = z.infer<typeof checksumKind>;
export type ChecksumAlgorithm = ChecksumKind["algorithm"];
export type Checksum = z.infer<typeof checksum>;

export const objectVersion = objectOptions.extend({
  /** Undefined in an unversioned bucket, and for what was stored before the bucket became versioned. */
  versionId: z.string().optional(),
  sizeBytes: z.number(),
  /** Without quotes: MD5 in hex, or `<MD5 of the parts' MD5s>-<parts>` of a multipart upload. */
  eTag: z.string(),
  /** Undefined if the upload came without. */
  checksum: checksum.optional(),
  /** The sizes of the parts in bytes, of an object that was uploaded in parts. */
  parts: z.array(z.number()).optional(),
  /** The multipart upload that made it. */
  uploadId: z.string().optional(),
  /** In whole seconds, as HTTP dates are. */
  lastModified: z.coerce.date(),
  contentType: z.string(),
  metadata: texts,
  /** Path of the content on disk. */
  path: z.string(),
});

export type ObjectVersion = z.infer<typeof objectVersion>;

export interface StoredObject extends ObjectVersion {
  bucket: string;
  key: string;
}

/** A version or a delete marker, as a bucket lists it. */
export interface ListedVersion {
  key: string;
  /** `null` for what was stored before the bucket became versioned. */
  id: string;
  isLatest: boolean;
  lastModified: Date;
  /** Undefined for a delete marker. */
  object?: StoredObject;
}

/** What the newest version has to be for a write or a deletion to take effect. */
export interface WriteCondition {
  /** ETags of which it has one; `*` for any. */
  readonly ifMatch?: string;
  /** `*`: there is none. */
  readonly ifNoneMatch?: string;
}

export interface ObjectCreated {
  name: "ObjectCreated:Put" | "ObjectCreated:CompleteMultipartUpload" | "ObjectCreated:Copy";
  object: StoredObject;
  /** 18 hex digits; grows with every event of a bucket, across restarts, too. */
  sequencer: string;
  time: Date;
}

export interface OpenedObject {
  object: StoredObject;
  /** Stays readable when the object is overwritten or deleted meanwhile; the caller closes it. */
  file: FileHandle;
}

/** The version that a deletion removed, or the delete marker that it added. */
export interface Deletion {
  versionId?: string;
  deleteMarker: boolean;
}
