import type { IncomingHttpHeaders } from "node:http";
import type { ObjectOptions, StoredObject } from "./model";

const METADATA_PREFIX = "x-amz-meta-";
/** System metadata that S3 returns as uploaded. */
const KEPT_HEADERS = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
];

/** An object's options from an upload's headers. */
export function objectOptions(headers: IncomingHttpHeaders): ObjectOptions {
  const texts = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, withoutFraming(name, String(value))] as const],
  );
  return {
    contentType: headers["content-type"],
    metadata: Object.fromEntries(
      texts
        .filter(([name]) => name.startsWith(METADATA_PREFIX))
        .map(([name, value]) => [name.slice(METADATA_PREFIX.length), value]),
    ),
    headers: Object.fromEntries(texts.filter(([name, value]) => KEPT_HEADERS.includes(name) && value !== "")),
  };
}

/** The headers that describe an object, without its length. */
export function objectHeaders(object: StoredObject): Record<string, string> {
  const metadata = Object.entries(object.metadata).map(([name, value]) => [METADATA_PREFIX + name, value]);
  return {
    ...object.headers,
    ...Object.fromEntries(metadata),
    ...versionHeader(object),
    "accept-ranges": "bytes",
    "content-type": object.contentType,
    etag: `"${object.eTag}"`,
    "last-modified": object.lastModified.toUTCString(),
  };
}

export function versionHeader({ versionId }: { versionId?: string }): Record<string, string> {
  return versionId === undefined ? {} : { "x-amz-version-id": versionId };
}

/** `aws-chunked` is the encoding of the transfer, not of the object. */
function withoutFraming(name: string, value: string): string {
  if (name !== "content-encoding") return value;
  const encodings = value.split(",").map((encoding) => encoding.trim());
  return encodings.filter((encoding) => encoding !== "aws-chunked").join(",");
}
