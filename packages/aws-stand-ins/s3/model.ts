import type { FileHandle } from "node:fs/promises";

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
  maxAgeSeconds?: number;
}

export interface StoredObject {
  bucket: string;
  key: string;
  /** Undefined in an unversioned bucket, and for what was stored before the bucket became versioned. */
  versionId?: string;
  sizeBytes: number;
  /** Without quotes: MD5 in hex, or `<MD5 of the parts' MD5s>-<parts>` of a multipart upload. */
  eTag: string;
  /** In whole seconds, as HTTP dates are. */
  lastModified: Date;
  contentType: string;
  /** User metadata, names without `x-amz-meta-`. */
  metadata: Record<string, string>;
  /** Cache-Control and the like, as uploaded; names in lower case. */
  headers?: Record<string, string>;
  /** Path of the content on disk. */
  path: string;
}

export interface ObjectCreated {
  name:
    | "ObjectCreated:Put"
    | "ObjectCreated:CompleteMultipartUpload"
    | "ObjectCreated:Copy"
    | "ObjectCreated:Post";
  object: StoredObject;
  /** 18 hex digits; grows with every event of a bucket, across restarts, too. */
  sequencer: string;
  time: Date;
}

export interface ObjectOptions {
  /** @default binary/octet-stream, as in S3 */
  contentType?: string;
  metadata?: Record<string, string>;
  headers?: Record<string, string>;
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
