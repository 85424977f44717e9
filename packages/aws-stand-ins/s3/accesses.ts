import { type Access, access } from "../iam/evaluation";
import type { ServiceCall } from "../service";

/**
 * By method and what the request is about, with what else tells one call from another.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const ACTIONS: Readonly<Record<string, string>> = {
  "GET service": "s3:ListAllMyBuckets",
  "HEAD bucket": "s3:ListBucket",
  "GET bucket": "s3:ListBucket",
  "GET bucket location": "s3:GetBucketLocation",
  "GET object": "s3:GetObject",
  "HEAD object": "s3:GetObject",
  "GET object versionId": "s3:GetObjectVersion",
  "HEAD object versionId": "s3:GetObjectVersion",
  "PUT object": "s3:PutObject",
  "POST object uploads": "s3:PutObject",
  "PUT object uploadId": "s3:PutObject",
  "POST object uploadId": "s3:PutObject",
  "GET object uploadId": "s3:ListMultipartUploadParts",
  "DELETE object uploadId": "s3:AbortMultipartUpload",
  "DELETE object": "s3:DeleteObject",
  "DELETE object versionId": "s3:DeleteObjectVersion",
};
const MARKERS = ["location", "uploads", "uploadId", "versionId"];
/** Subresources and bodies that would need permissions of their own, or several. */
const UNKNOWN_MARKERS = [
  "acl",
  "delete",
  "tagging",
  "policy",
  "versioning",
  "cors",
  "retention",
  "attributes",
];

export function s3Accesses({ request }: ServiceCall): readonly Access[] | undefined {
  const [path = "", search] = (request.url ?? "/").split("?");
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(decodeURIComponent(path)) ?? [];
  const query = new URLSearchParams(search);
  const isUnknown = UNKNOWN_MARKERS.some((name) => query.has(name));
  if (isUnknown || request.headers["x-amz-copy-source"] !== undefined) return undefined;
  const scope = bucket === "" ? "service" : key === "" ? "bucket" : "object";
  const marker = MARKERS.find((name) => query.has(name));
  const action = ACTIONS[[request.method, scope, marker].filter((part) => part !== undefined).join(" ")];
  if (action === undefined) return undefined;
  const resource = scope === "service" ? "*" : s3Arn(`s3://${bucket}${key && `/${key}`}`);
  return [access(action, resource)];
}

/** @param url `s3://bucket/key` */
export function s3Arn(url: string): string {
  return `arn:aws:s3:::${url.slice("s3://".length)}`;
}
