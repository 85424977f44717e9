import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./error";
import type { StoredObject } from "./model";

/** Bytes of an object's content, both ends included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Whether a GET or HEAD is answered with the object or with 304, by RFC 9110, section 13.2.2.
 * @throws S3Error PreconditionFailed
 */
export function isUnchanged(headers: IncomingHttpHeaders, object: StoredObject): boolean {
  const ifMatch = headers["if-match"];
  const ifUnmodifiedSince = dateOf(headers["if-unmodified-since"]);
  const isOutdated =
    ifMatch === undefined
      ? ifUnmodifiedSince !== undefined && object.lastModified > ifUnmodifiedSince
      : !namesETag(ifMatch, object);
  if (isOutdated) {
    throw new S3Error(
      "PreconditionFailed",
      `The object "${object.key}" doesn't meet the request's condition.`,
    );
  }
  const ifNoneMatch = headers["if-none-match"];
  if (ifNoneMatch !== undefined) return namesETag(ifNoneMatch, object);
  const ifModifiedSince = dateOf(headers["if-modified-since"]);
  return ifModifiedSince !== undefined && object.lastModified <= ifModifiedSince;
}

/**
 * The requested range; undefined for the whole content. As in S3, a malformed header, or one with several ranges, is
 * ignored.
 * @throws S3Error InvalidRange if the range starts after the content's end
 */
export function requestedRange(headers: IncomingHttpHeaders, object: StoredObject): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "");
  const ifRange = headers["if-range"];
  if (!match || (ifRange !== undefined && !isSameAs(String(ifRange), object))) return undefined;
  const [first, last] = [match[1] ?? "", match[2] ?? ""];
  if (first === "" && last === "") return undefined;
  const isSuffix = first === "";
  const start = isSuffix ? Math.max(0, object.sizeBytes - Number(last)) : Number(first);
  const end = isSuffix || last === "" ? object.sizeBytes - 1 : Math.min(Number(last), object.sizeBytes - 1);
  if (!isSuffix && last !== "" && Number(last) < start) return undefined;
  if (start > end) {
    throw new S3Error(
      "InvalidRange",
      `The range ${headers.range} is outside of the object's ${object.sizeBytes} bytes.`,
      { "content-range": `bytes */${object.sizeBytes}` },
    );
  }
  return { start, end };
}

function namesETag(list: string, object: StoredObject): boolean {
  const eTags = list.split(",").map((eTag) => eTag.trim().replace(/^W\//, "").replaceAll('"', ""));
  return eTags.includes("*") || eTags.includes(object.eTag);
}

function isSameAs(ifRange: string, object: StoredObject): boolean {
  return namesETag(ifRange, object) || dateOf(ifRange)?.getTime() === object.lastModified.getTime();
}

function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text ?? "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}
