import { type IncomingHttpHeaders, validateHeaderValue } from "node:http";
import { S3Error } from "./error";
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

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, Overriding response header values */
export const OVERRIDES = [
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
  "response-content-language",
  "response-content-type",
  "response-expires",
];

/** The headers that a request asks for instead of the object's. @throws S3Error InvalidArgument */
export function overridingHeaders(query: URLSearchParams): Record<string, string> {
  const headers = OVERRIDES.flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[name.slice("response-".length), value] as const];
  });
  for (const [name, value] of headers) {
    try {
      validateHeaderValue(name, value);
    } catch {
      throw new S3Error("InvalidArgument", `response-${name} can't be the value of a header.`);
    }
  }
  return Object.fromEntries(headers);
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
