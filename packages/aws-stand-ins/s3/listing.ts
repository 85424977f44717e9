import { compareKeys } from "./bucket";
import { S3Error } from "./error";
import type { StoredObject } from "./model";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const MAX_KEYS = 1000;

export interface ListingRequest {
  prefix: string;
  /** Groups keys up to its first occurrence after the prefix; "" for no grouping. */
  delimiter: string;
  /** Of objects and common prefixes together. */
  maxKeys: number;
  /** From the page before. */
  continuationToken?: string;
}

export interface ListingPage {
  objects: StoredObject[];
  commonPrefixes: string[];
  /** Undefined on the last page. */
  nextToken?: string;
}

/** @throws S3Error InvalidArgument */
export function listingRequest(query: URLSearchParams): ListingRequest {
  const maxKeys = query.get("max-keys") ?? String(MAX_KEYS);
  if (!/^\d{1,9}$/.test(maxKeys)) {
    throw new S3Error("InvalidArgument", `max-keys "${maxKeys}" is not a whole number of 0 or more.`);
  }
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    maxKeys: Math.min(Number(maxKeys), MAX_KEYS),
    continuationToken: query.get("continuation-token") ?? undefined,
  };
}

/** One page of a listing. @param sorted the objects with the prefix, in the order of their keys */
export function listingPage(sorted: readonly StoredObject[], request: ListingRequest): ListingPage {
  const lastShown = request.continuationToken && fromToken(request.continuationToken);
  const page: ListingPage = { objects: [], commonPrefixes: [] };
  if (request.maxKeys === 0) return page;
  let last: string | undefined;
  let count = 0;
  for (const object of sorted) {
    const commonPrefix = commonPrefixOf(object.key, request);
    const item = commonPrefix ?? object.key;
    if (item === last || (lastShown !== undefined && compareKeys(item, lastShown) <= 0)) continue;
    if (count === request.maxKeys && last !== undefined) return { ...page, nextToken: toToken(last) };
    if (commonPrefix === undefined) page.objects.push(object);
    else page.commonPrefixes.push(commonPrefix);
    last = item;
    count += 1;
  }
  return page;
}

function commonPrefixOf(key: string, { prefix, delimiter }: ListingRequest): string | undefined {
  const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

const toToken = (lastShown: string) => Buffer.from(lastShown).toString("base64url");
const fromToken = (token: string) => Buffer.from(token, "base64url").toString();
