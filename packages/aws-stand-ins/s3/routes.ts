import { type Access, access } from "../iam/evaluation";
import type { ServiceCall } from "../service";
import { s3Arn } from "./arn";
import { deleteObjects, deletionsOf, headBucket, listBuckets, listObjectsV2 } from "./bucket-calls";
import type { CallHandler } from "./call";
import { copySource } from "./copy-source";
import { S3Error } from "./error";
import { copyObject, deleteObject, getObject, getObjectTagging, headObject, putObject } from "./object-calls";
import { readS3Request, type S3Request } from "./request";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
} from "./upload-calls";

export interface Route {
  /** AWS's name of the call. */
  readonly call: string;
  readonly handler: CallHandler;
  /** The query parameters that refine the call; any other one is refused. @default none */
  readonly query?: readonly string[];
  /** The permissions that the call needs. */
  needs(request: S3Request, body: string): readonly Access[];
}

const LISTING = ["prefix", "delimiter", "max-keys", "encoding-type"];

/**
 * By method, scope, and the query parameters and headers that distinguish one call from another.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const ROUTES: Readonly<Record<string, Route>> = {
  "GET service": {
    call: "ListBuckets",
    handler: listBuckets,
    query: ["max-buckets"],
    needs: () => [access("s3:ListAllMyBuckets", "*")],
  },
  "HEAD bucket": { call: "HeadBucket", handler: headBucket, needs: one("s3:ListBucket") },
  "GET bucket ?list-type": {
    call: "ListObjectsV2",
    handler: listObjectsV2,
    query: [...LISTING, "continuation-token"],
    needs: one("s3:ListBucket"),
  },
  "POST bucket ?delete": { call: "DeleteObjects", handler: deleteObjects, needs: deletions },
  "PUT object": { call: "PutObject", handler: putObject, needs: one("s3:PutObject") },
  "PUT object copied": { call: "CopyObject", handler: copyObject, needs: copy },
  "GET object": { call: "GetObject", handler: getObject, needs: one("s3:GetObject") },
  "GET object ?versionId": { call: "GetObject", handler: getObject, needs: one("s3:GetObjectVersion") },
  "GET object ?tagging": {
    call: "GetObjectTagging",
    handler: getObjectTagging,
    needs: one("s3:GetObjectTagging"),
  },
  "HEAD object": { call: "HeadObject", handler: headObject, needs: one("s3:GetObject") },
  "HEAD object ?versionId": { call: "HeadObject", handler: headObject, needs: one("s3:GetObjectVersion") },
  "DELETE object": { call: "DeleteObject", handler: deleteObject, needs: one("s3:DeleteObject") },
  "DELETE object ?versionId": {
    call: "DeleteObject",
    handler: deleteObject,
    needs: one("s3:DeleteObjectVersion"),
  },
  "POST object ?uploads": {
    call: "CreateMultipartUpload",
    handler: createMultipartUpload,
    needs: one("s3:PutObject"),
  },
  "PUT object ?partNumber ?uploadId": { call: "UploadPart", handler: uploadPart, needs: one("s3:PutObject") },
  "PUT object ?partNumber ?uploadId copied": { call: "UploadPartCopy", handler: uploadPartCopy, needs: copy },
  "POST object ?uploadId": {
    call: "CompleteMultipartUpload",
    handler: completeMultipartUpload,
    needs: one("s3:PutObject"),
  },
  "DELETE object ?uploadId": {
    call: "AbortMultipartUpload",
    handler: abortMultipartUpload,
    needs: one("s3:AbortMultipartUpload"),
  },
};

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

function scopeOf({ bucket, key }: S3Request): "service" | "bucket" | "object" {
  if (bucket === "") return "service";
  return key === "" ? "bucket" : "object";
}

/** A permission on the resource that the request addresses. */
function one(action: string): Route["needs"] {
  return (request) => [access(action, arnOf(request), encryptionOf(request))];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
function copy(request: S3Request): Access[] {
  const source = copySource(request);
  const read = source.versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
  return [access(read, arnOf(source)), access("s3:PutObject", arnOf(request), encryptionOf(request))];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
function deletions({ bucket }: S3Request, body: string): Access[] {
  return deletionsOf(body).objects.map(({ key, versionId }) =>
    access(versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion", arnOf({ bucket, key })),
  );
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
