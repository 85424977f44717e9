import { type Access, access } from "../iam/evaluation";
import type { ServiceCall } from "../service";
import { s3Arn } from "./arn";
import {
  deleteObjects,
  deletionsOf,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
} from "./bucket-calls";
import type { CallHandler } from "./call";
import { CHECKSUM_HEADERS } from "./checksums";
import { copySource } from "./copy-source";
import { S3Error } from "./error";
import {
  listMultipartUploads,
  listObjects,
  listObjectsV2,
  listObjectVersions,
  STORAGE_CLASS,
} from "./listing-calls";
import { copyObject, deleteObject, getObject, getObjectTagging, headObject, putObject } from "./object-calls";
import { OVERRIDES } from "./object-headers";
import { readS3Request, type S3Request } from "./request";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listParts,
  uploadPart,
  uploadPartCopy,
} from "./upload-calls";

export interface Route {
  /** AWS's name of the call. */
  readonly call: string;
  readonly handler: CallHandler;
  /** The query parameters that refine the call; any other one is refused. @default none */
  readonly query?: readonly string[];
  /** The headers of S3 that refine the call; any other one is refused. @default none */
  readonly headers?: readonly string[];
  /** The permissions that the call needs. */
  needs(request: S3Request, body: string): readonly Access[];
}

const LISTING = ["prefix", "delimiter", "encoding-type"];
const READ = {
  query: ["partNumber", ...OVERRIDES],
  headers: [
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "range",
    "x-amz-checksum-mode",
  ],
};
const CONDITIONS = ["if-match", "if-none-match"];
/** Headers of a new object that need nothing if their value is S3's default. */
const NEW_OBJECT = ["x-amz-acl", "x-amz-storage-class"];
const SOURCE = [
  "x-amz-copy-source",
  ...["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"].map(
    (name) => `x-amz-copy-source-${name}`,
  ),
  "x-amz-source-expected-bucket-owner",
];

/**
 * By method, scope, and the query parameters and headers that distinguish one call from another.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const ROUTES: Readonly<Record<string, Route>> = {
  "GET service": {
    call: "ListBuckets",
    handler: listBuckets,
    query: ["max-buckets", "prefix", "bucket-region", "continuation-token"],
    needs: () => [access("s3:ListAllMyBuckets", "*")],
  },
  "HEAD bucket": { call: "HeadBucket", handler: headBucket, needs: one("s3:ListBucket") },
  "GET bucket ?location": {
    call: "GetBucketLocation",
    handler: getBucketLocation,
    needs: one("s3:GetBucketLocation"),
  },
  "GET bucket ?versioning": {
    call: "GetBucketVersioning",
    handler: getBucketVersioning,
    needs: one("s3:GetBucketVersioning"),
  },
  "GET bucket": {
    call: "ListObjects",
    handler: listObjects,
    query: [...LISTING, "max-keys", "marker"],
    needs: one("s3:ListBucket"),
  },
  "GET bucket ?list-type": {
    call: "ListObjectsV2",
    handler: listObjectsV2,
    query: [...LISTING, "max-keys", "continuation-token", "start-after", "fetch-owner"],
    needs: one("s3:ListBucket"),
  },
  "GET bucket ?versions": {
    call: "ListObjectVersions",
    handler: listObjectVersions,
    query: [...LISTING, "max-keys", "key-marker", "version-id-marker"],
    needs: one("s3:ListBucketVersions"),
  },
  "GET bucket ?uploads": {
    call: "ListMultipartUploads",
    handler: listMultipartUploads,
    query: [...LISTING, "max-uploads", "key-marker", "upload-id-marker"],
    needs: one("s3:ListBucketMultipartUploads"),
  },
  "POST bucket ?delete": {
    call: "DeleteObjects",
    handler: deleteObjects,
    headers: CHECKSUM_HEADERS,
    needs: deletions,
  },
  "PUT object": {
    call: "PutObject",
    handler: putObject,
    headers: [...CONDITIONS, ...CHECKSUM_HEADERS, ...NEW_OBJECT],
    needs: write("s3:PutObject"),
  },
  "PUT object copied": {
    call: "CopyObject",
    handler: copyObject,
    headers: [
      ...[...CONDITIONS, ...SOURCE, ...NEW_OBJECT],
      ...["x-amz-metadata-directive", "x-amz-tagging-directive", "x-amz-checksum-algorithm"],
    ],
    needs: copy,
  },
  "GET object": { call: "GetObject", handler: getObject, ...READ, needs: one("s3:GetObject") },
  "GET object ?versionId": {
    ...{ call: "GetObject", handler: getObject, ...READ, needs: one("s3:GetObjectVersion") },
  },
  "GET object ?tagging": {
    call: "GetObjectTagging",
    handler: getObjectTagging,
    needs: one("s3:GetObjectTagging"),
  },
  "HEAD object": { call: "HeadObject", handler: headObject, ...READ, needs: one("s3:GetObject") },
  "HEAD object ?versionId": {
    ...{ call: "HeadObject", handler: headObject, ...READ, needs: one("s3:GetObjectVersion") },
  },
  "DELETE object": {
    call: "DeleteObject",
    handler: deleteObject,
    headers: ["if-match"],
    needs: write("s3:DeleteObject"),
  },
  "DELETE object ?versionId": {
    call: "DeleteObject",
    handler: deleteObject,
    needs: one("s3:DeleteObjectVersion"),
  },
  "POST object ?uploads": {
    call: "CreateMultipartUpload",
    handler: createMultipartUpload,
    headers: ["x-amz-checksum-algorithm", "x-amz-checksum-type", ...NEW_OBJECT],
    needs: one("s3:PutObject"),
  },
  "PUT object ?partNumber ?uploadId": {
    call: "UploadPart",
    handler: uploadPart,
    headers: CHECKSUM_HEADERS,
    needs: one("s3:PutObject"),
  },
  "PUT object ?partNumber ?uploadId copied": {
    call: "UploadPartCopy",
    handler: uploadPartCopy,
    headers: [...SOURCE, "x-amz-copy-source-range"],
    needs: copy,
  },
  "GET object ?uploadId": {
    call: "ListParts",
    handler: listParts,
    query: ["max-parts", "part-number-marker"],
    needs: one("s3:ListMultipartUploadParts"),
  },
  "POST object ?uploadId": {
    call: "CompleteMultipartUpload",
    handler: completeMultipartUpload,
    headers: [...CONDITIONS, ...CHECKSUM_HEADERS, "x-amz-checksum-type", "x-amz-mp-object-size"],
    needs: write("s3:PutObject"),
  },
  "DELETE object ?uploadId": {
    call: "AbortMultipartUpload",
    handler: abortMultipartUpload,
    needs: one("s3:AbortMultipartUpload"),
  },
};

/** Headers that every request may have: of its signature, its transfer and its client; and the checked owner. */
const COMMON_HEADERS = [
  ...["x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-user-agent"],
  ...["x-amz-decoded-content-length", "x-amz-trailer", "x-amz-sdk-checksum-algorithm"],
  "x-amz-expected-bucket-owner",
];
/** Headers with a meaning for S3. An unknown one would be accepted and ignored. */
const MEANINGFUL_HEADER = /^(x-amz-(?!meta-)|if-(?!range)|range$)/;

/** AWS's names of the calls that S3 offers. */
export const S3_CALLS: readonly string[] = [...new Set(Object.values(ROUTES).map(({ call }) => call))].sort();

/** @throws {S3Error} for a request that can't be read, and for a call that S3 doesn't offer */
export function s3Accesses({ request, body }: ServiceCall): readonly Access[] {
  // A preflight request is judged by the bucket's CORS rules.
  if (request.method === "OPTIONS") return [];
  const read = readS3Request(request);
  return routeOf(read).needs(read, body);
}

/** @throws {S3Error} NotImplemented or MethodNotAllowed, naming the call */
export function routeOf(request: S3Request): Route {
  const names = [...new Set(request.query.keys())].filter((name) => name !== "x-id").sort();
  const marked = (markers: readonly string[]) =>
    [
      ...[request.method, scopeOf(request)],
      ...markers.map((name) => `?${name}`),
      ...(request.headers["x-amz-copy-source"] === undefined ? [] : ["copied"]),
    ].join(" ");
  const refinements = (route: Route) => names.filter((name) => route.query?.includes(name));
  const found = Object.entries(ROUTES).find(([pattern, route]) => {
    const refining = refinements(route);
    return pattern === marked(names.filter((name) => !refining.includes(name)));
  });
  if (found !== undefined) return found[1];
  const isMethodKnown = ["GET", "HEAD", "PUT", "POST", "DELETE"].includes(request.method);
  const name = request.query.get("x-id") ?? "the call";
  throw new S3Error(
    isMethodKnown ? "NotImplemented" : "MethodNotAllowed",
    `The stand-in for s3 doesn't offer ${name} "${marked(names)}". It offers: ${S3_CALLS.join(", ")}.`,
  );
}

/** @throws {S3Error} NotImplemented, naming a header that the call would ignore */
export function requireKnownHeaders({ headers }: S3Request, { call, headers: known = [] }: Route): void {
  const unknown = Object.keys(headers).find(
    (name) => MEANINGFUL_HEADER.test(name) && ![...COMMON_HEADERS, ...known].includes(name),
  );
  if (unknown !== undefined) {
    throw new S3Error(
      "NotImplemented",
      `The stand-in for s3 doesn't offer ${call} with the header ${unknown}.`,
    );
  }
  requireDefaults(headers);
}

/**
 * Without ACLs, which S3 turns off for new buckets, only the one that changes nothing is accepted.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 *
 * @throws {S3Error} AccessControlListNotSupported, NotImplemented
 */
function requireDefaults(headers: S3Request["headers"]): void {
  if ((headers["x-amz-acl"] ?? "bucket-owner-full-control") !== "bucket-owner-full-control") {
    throw new S3Error("AccessControlListNotSupported", "The bucket does not allow ACLs");
  }
  const storageClass = headers["x-amz-storage-class"] ?? STORAGE_CLASS;
  if (storageClass === STORAGE_CLASS) return;
  throw new S3Error(
    "NotImplemented",
    `The stand-in for s3 has the storage class STANDARD, not ${storageClass}.`,
  );
}

function scopeOf({ bucket, key }: S3Request): "service" | "bucket" | "object" {
  if (bucket === "") return "service";
  return key === "" ? "bucket" : "object";
}

/** A permission on the resource that the request addresses. */
function one(action: string): Route["needs"] {
  return (request) => [access(action, arnOf(request), encryptionOf(request))];
}

/**
 * A condition on the ETag of the object needs the permission to read it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */
function write(action: string): Route["needs"] {
  return (request) => [
    access(action, arnOf(request), encryptionOf(request)),
    ...(request.headers["if-match"] === undefined ? [] : [access("s3:GetObject", arnOf(request))]),
  ];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
function copy(request: S3Request): Access[] {
  const source = copySource(request);
  const read = source.versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
  return [access(read, arnOf(source)), access("s3:PutObject", arnOf(request), encryptionOf(request))];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
function deletions({ bucket }: S3Request, body: string): Access[] {
  return deletionsOf(body).objects.flatMap(({ key, versionId, eTag }) => {
    const resource = arnOf({ bucket, key });
    const remove = versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
    return [access(remove, resource), ...(eTag === undefined ? [] : [access("s3:GetObject", resource)])];
  });
}

function arnOf({ bucket, key }: Pick<S3Request, "bucket" | "key">): string {
  return s3Arn(`s3://${bucket}${key && `/${key}`}`);
}

const ENCRYPTION_HEADERS = [
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-server-side-encryption-customer-algorithm",
];

/**
 * The condition keys of the encryption that a call asks for.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
function encryptionOf({ headers }: S3Request): Record<string, string> {
  const asked = ENCRYPTION_HEADERS.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[`s3:${name}`, String(value)]];
  });
  return Object.fromEntries(asked);
}
