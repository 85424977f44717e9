import { S3Error } from "./error";
import { compareKeys } from "./sorted-keys";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, and the other lists' pages */
const MAX_ITEMS = 1000;

/** An object, a version or an upload. */
export interface Item {
  readonly key: string;
  /** Tells items of the same key apart. */
  readonly id?: string;
}

export interface ListingRequest {
  readonly prefix: string;
  /** Groups keys up to its first occurrence after the prefix; "" for no grouping. */
  readonly delimiter: string;
  /** Of items and common prefixes together. */
  readonly max: number;
  /** The last item of the page before, or a key to start after; `key` may be a common prefix. */
  readonly after?: Item;
}

export interface ListingPage<Listed extends Item> {
  readonly items: readonly Listed[];
  readonly commonPrefixes: readonly string[];
  /** The last item if there are more; undefined on the last page. */
  readonly last?: Item;
}

/** @param maximum the parameter that limits the page: `max-keys` and so on. @throws S3Error InvalidArgument */
export function listingRequest(query: URLSearchParams, maximum: string, after?: Item): ListingRequest {
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    max: maximumOf(query, maximum),
    after,
  };
}

/** At most 1000. @throws S3Error InvalidArgument */
export function maximumOf(query: URLSearchParams, parameter: string): number {
  const text = query.get(parameter) ?? String(MAX_ITEMS);
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), MAX_ITEMS);
  throw new S3Error("InvalidArgument", `${parameter} "${text}" is not a whole number of 0 or more.`);
}

/** One page of a listing. @param sorted the items with the prefix, in the order of their keys */
export function listingPage<Listed extends Item>(
  sorted: readonly Listed[],
  request: ListingRequest,
): ListingPage<Listed> {
  const items: Listed[] = [];
  const commonPrefixes: string[] = [];
  let last: Item | undefined;
  for (const item of request.max === 0 ? [] : following(sorted, request.after)) {
    const commonPrefix = commonPrefixOf(item.key, request);
    if (commonPrefix !== undefined && [last?.key, request.after?.key].includes(commonPrefix)) continue;
    if (items.length + commonPrefixes.length === request.max) return { items, commonPrefixes, last };
    if (commonPrefix === undefined) items.push(item);
    else commonPrefixes.push(commonPrefix);
    last = commonPrefix === undefined ? { key: item.key, id: item.id } : { key: commonPrefix };
  }
  return { items, commonPrefixes };
}

/** If the item itself is gone, starts with the others of its key: they may have been older. */
function following<Listed extends Item>(
  sorted: readonly Listed[],
  after: Item | undefined,
): readonly Listed[] {
  if (after === undefined) return sorted;
  const position = sorted.findIndex(({ key, id }) => key === after.key && id === after.id);
  if (after.id !== undefined && position >= 0) return sorted.slice(position + 1);
  return sorted.filter(({ key }) => compareKeys(key, after.key) > (after.id === undefined ? 0 : -1));
}

function commonPrefixOf(key: string, { prefix, delimiter }: ListingRequest): string | undefined {
  const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
