import { type Access, access } from "../iam/evaluation";
import type { ServiceCall } from "../service";
import { s3Arn } from "./arn";
import { deleteObjects, headBucket, listBuckets, listObjectsV2 } from "./bucket-calls";
import { type Address, addressOf, type CallHandler } from "./call";
import { S3Error } from "./error";
import { copyObject, deleteObject, getObject, getObjectTagging, headObject, putObject } from "./object-calls";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
  uploadPartCopy,
} from "./upload-calls";

export interface Route {
  readonly handler: CallHandler;
  /** The permission that the call needs; undefined for a call that needs several, which no role may make here. */
  readonly action?: string;
}

/**
 * By method, scope, and the query parameters and headers that distinguish one call from another.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const ROUTES: Readonly<Record<string, Route>> = {
  "GET service": { handler: listBuckets, action: "s3:ListAllMyBuckets" },
  "HEAD bucket": { handler: headBucket, action: "s3:ListBucket" },
  "GET bucket ?list-type": { handler: listObjectsV2, action: "s3:ListBucket" },
  "POST bucket ?delete": { handler: deleteObjects },
  "PUT object": { handler: putObject, action: "s3:PutObject" },
  "PUT object copied": { handler: copyObject },
  "GET object": { handler: getObject, action: "s3:GetObject" },
  "GET object ?versionId": { handler: getObject, action: "s3:GetObjectVersion" },
  "GET object ?tagging": { handler: getObjectTagging, action: "s3:GetObjectTagging" },
  "HEAD object": { handler: headObject, action: "s3:GetObject" },
  "HEAD object ?versionId": { handler: headObject, action: "s3:GetObjectVersion" },
  "DELETE object": { handler: deleteObject, action: "s3:DeleteObject" },
  "DELETE object ?versionId": { handler: deleteObject, action: "s3:DeleteObjectVersion" },
  "POST object ?uploads": { handler: createMultipartUpload, action: "s3:PutObject" },
  "PUT object ?partNumber ?uploadId": { handler: uploadPart, action: "s3:PutObject" },
  "PUT object ?partNumber ?uploadId copied": { handler: uploadPartCopy },
  "POST object ?uploadId": { handler: completeMultipartUpload, action: "s3:PutObject" },
  "DELETE object ?uploadId": { handler: abortMultipartUpload, action: "s3:AbortMultipartUpload" },
};

/** Query parameters that refine a call; any other one distinguishes a call, such as `?acl`. */
const REFINEMENTS = new Set([
  "continuation-token",
  "delimiter",
  "encoding-type",
  "max-buckets",
  "max-keys",
  "prefix",
  "x-id",
]);

/** The permissions that a call needs; undefined for one that S3 doesn't offer, or no role may make here. */
export function s3Accesses({ request }: ServiceCall): readonly Access[] | undefined {
  try {
    const address = addressOf(request);
    const { action } = routeOf(request, address);
    const { bucket, key } = address;
    const resource = bucket === "" ? "*" : s3Arn(`s3://${bucket}${key && `/${key}`}`);
    return action === undefined ? undefined : [access(action, resource, encryptionOf(request, address))];
  } catch (error) {
    if (error instanceof S3Error) return undefined;
    throw error;
  }
}

const ENCRYPTION_HEADERS = [
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-server-side-encryption-customer-algorithm",
];

/**
 * The condition keys of the encryption that a call asks for, in a header or in a presigned URL:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
function encryptionOf({ headers }: ServiceCall["request"], { query }: Address): Record<string, string> {
  const asked = ENCRYPTION_HEADERS.flatMap((name) => {
    const value = headers[name] ?? query.get(name);
    return value === null ? [] : [[`s3:${name}`, String(value)]];
  });
  return Object.fromEntries(asked);
}

/** @throws S3Error NotImplemented or MethodNotAllowed, naming the call */
export function routeOf(request: ServiceCall["request"], address: Address): Route {
  const pattern = [request.method, scopeOf(address), ...markersOf(request, address)].join(" ");
  const route = ROUTES[pattern];
  if (route !== undefined) return route;
  const name = address.query.get("x-id") ?? pattern;
  const isMethodKnown = ["GET", "HEAD", "PUT", "POST", "DELETE"].includes(request.method ?? "");
  throw new S3Error(
    isMethodKnown ? "NotImplemented" : "MethodNotAllowed",
    `The stand-in for s3 doesn't offer the call "${name}". It offers: ${Object.keys(ROUTES).join(", ")}.`,
  );
}

function scopeOf({ bucket, key }: Address): "service" | "bucket" | "object" {
  if (bucket === "") return "service";
  return key === "" ? "bucket" : "object";
}

function markersOf({ headers }: ServiceCall["request"], { query }: Address): string[] {
  const isRefinement = (name: string) => REFINEMENTS.has(name) || name.startsWith("x-amz-");
  const names = [...new Set(query.keys())].filter((name) => !isRefinement(name.toLowerCase()));
  const isCopy = headers["x-amz-copy-source"] !== undefined;
  return [...names.sort().map((name) => `?${name}`), ...(isCopy ? ["copied"] : [])];
}
