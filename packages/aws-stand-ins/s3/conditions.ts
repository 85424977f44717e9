import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./error";
import type { StoredObject, WriteCondition } from "./model";

/** Bytes of an object's content, both ends included. */
export interface ByteRange {
  start: number;
  end: number;
}

type Conditions = Pick<
  IncomingHttpHeaders,
  "if-match" | "if-none-match" | "if-modified-since" | "if-unmodified-since"
>;

/**
 * Whether a GET or HEAD is answered with the object or with 304, by RFC 9110, section 13.2.2.
 * @throws S3Error PreconditionFailed
 */
export function isUnchanged(headers: Conditions, object: StoredObject): boolean {
  const ifMatch = headers["if-match"];
  const ifUnmodifiedSince = dateOf(headers["if-unmodified-since"]);
  const isOutdated =
    ifMatch === undefined
      ? ifUnmodifiedSince !== undefined && object.lastModified > ifUnmodifiedSince
      : !namesETag(ifMatch, object);
  if (isOutdated) throw failedCondition(object.key);
  const ifNoneMatch = headers["if-none-match"];
  if (ifNoneMatch !== undefined) return namesETag(ifNoneMatch, object);
  const ifModifiedSince = dateOf(headers["if-modified-since"]);
  return ifModifiedSince !== undefined && object.lastModified <= ifModifiedSince;
}

/**
 * Judges the source of a copy: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * @throws S3Error PreconditionFailed
 */
export function requireCopyable(headers: IncomingHttpHeaders, source: StoredObject): void {
  const names = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];
  const conditions = names.map((name) => [name, headers[`x-amz-copy-source-${name}`]?.toString()]);
  if (isUnchanged(Object.fromEntries(conditions), source)) throw failedCondition(source.key);
}

/** @throws S3Error NotImplemented for an If-None-Match other than `*`, as S3 answers */
export function writeConditionOf(headers: IncomingHttpHeaders): WriteCondition {
  const ifNoneMatch = headers["if-none-match"];
  if (ifNoneMatch === undefined || ifNoneMatch === "*") return { ifMatch: headers["if-match"], ifNoneMatch };
  throw new S3Error("NotImplemented", `If-None-Match of a write is "*", not ${ifNoneMatch}.`);
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 * @param current the newest version; undefined if there is none or it is a delete marker
 * @throws S3Error PreconditionFailed, NoSuchKey
 */
export function requireCondition(
  { ifMatch, ifNoneMatch }: WriteCondition,
  key: string,
  current: StoredObject | undefined,
): void {
  if (ifNoneMatch !== undefined && current !== undefined) throw failedCondition(key);
  if (ifMatch === undefined) return;
  if (current === undefined) throw new S3Error("NoSuchKey", `There is no object "${key}" to match.`);
  if (!namesETag(ifMatch, current)) throw failedCondition(key);
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

/**
 * The bytes of one part; undefined if there are none. An object that wasn't uploaded in parts is its own part 1.
 * @throws S3Error InvalidArgument, InvalidPartNumber
 */
export function partRange(partNumber: string, { parts, sizeBytes }: StoredObject): ByteRange | undefined {
  const sizes = parts ?? [sizeBytes];
  const number = Number(partNumber);
  if (!/^\d{1,5}$/.test(partNumber) || number < 1) {
    throw new S3Error("InvalidArgument", `partNumber "${partNumber}" is not a whole number from 1.`);
  }
  if (sizeBytes === 0) return undefined;
  if (number > sizes.length) {
    throw new S3Error("InvalidPartNumber", `The object has ${sizes.length} parts, not ${number}.`);
  }
  const start = sizes.slice(0, number - 1).reduce((sum, size) => sum + size, 0);
  return { start, end: start + (sizes[number - 1] ?? 0) - 1 };
}

function failedCondition(key: string): S3Error {
  return new S3Error("PreconditionFailed", `The object "${key}" doesn't meet the request's condition.`);
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
