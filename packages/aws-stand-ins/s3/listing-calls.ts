import type { S3Call } from "./call";
import { answerXml } from "./call";
import { S3Error } from "./error";
import { type Item, type ListingPage, listingPage, listingRequest } from "./listing";
import type { StoredObject } from "./model";
import type { XmlContent } from "./xml";

/** The owner of every bucket and object. */
export const OWNER = { ID: "local" };
/** There is no other storage class. */
export const STORAGE_CLASS = "STANDARD";

export async function listObjects(call: S3Call): Promise<void> {
  const { store, bucket, query } = call;
  const marker = query.get("marker") ?? "";
  const request = listingRequest(query, "max-keys", { key: marker });
  const page = listingPage(await store.list(bucket, request.prefix), request);
  const text = keyEncoder(call);
  answerListing(call, "ListBucketResult", page, {
    Name: bucket,
    Marker: text(marker),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
    NextMarker: page.last && request.delimiter !== "" ? text(page.last.key) : undefined,
    MaxKeys: request.max,
    Contents: page.items.map((object) => ({ ...described(object, text), Owner: OWNER })),
  });
}

export async function listObjectsV2(call: S3Call): Promise<void> {
  const { store, bucket, query } = call;
  const token = query.get("continuation-token") ?? undefined;
  const startAfter = query.get("start-after") ?? undefined;
  const request = listingRequest(query, "max-keys", {
    key: token === undefined ? (startAfter ?? "") : Buffer.from(token, "base64url").toString(),
  });
  const page = listingPage(await store.list(bucket, request.prefix), request);
  const text = keyEncoder(call);
  const owner = query.get("fetch-owner") === "true" ? { Owner: OWNER } : {};
  answerListing(call, "ListBucketResult", page, {
    Name: bucket,
    MaxKeys: request.max,
    KeyCount: page.items.length + page.commonPrefixes.length,
    StartAfter: startAfter && text(startAfter),
    ContinuationToken: token,
    NextContinuationToken: page.last && Buffer.from(page.last.key).toString("base64url"),
    Contents: page.items.map((object) => ({ ...described(object, text), ...owner })),
  });
}

export async function listObjectVersions(call: S3Call): Promise<void> {
  const { store, bucket, query } = call;
  const after = markerOf(query, "version-id-marker");
  const request = listingRequest(query, "max-keys", after);
  const page = listingPage(store.bucket(bucket).versions(request.prefix), request);
  const text = keyEncoder(call);
  const common = ({ key, id, isLatest }: (typeof page.items)[number]) => ({
    ...{ Key: text(key), VersionId: id, IsLatest: isLatest, Owner: OWNER },
  });
  answerListing(call, "ListVersionsResult", page, {
    Name: bucket,
    KeyMarker: text(after.key),
    VersionIdMarker: after.id ?? "",
    NextKeyMarker: page.last && text(page.last.key),
    NextVersionIdMarker: page.last?.id,
    MaxKeys: request.max,
    Version: page.items.flatMap((item) =>
      item.object === undefined ? [] : { ...described(item.object, text), ...common(item) },
    ),
    DeleteMarker: page.items
      .filter(({ object }) => object === undefined)
      .map((item) => ({ ...common(item), LastModified: item.lastModified.toISOString() })),
  });
}

export async function listMultipartUploads(call: S3Call): Promise<void> {
  const { store, bucket, query } = call;
  const after = markerOf(query, "upload-id-marker");
  const request = listingRequest(query, "max-uploads", after);
  const page = listingPage(await store.uploads.list(bucket, request.prefix), request);
  const text = keyEncoder(call);
  answerListing(call, "ListMultipartUploadsResult", page, {
    Bucket: bucket,
    KeyMarker: text(after.key),
    UploadIdMarker: after.id ?? "",
    NextKeyMarker: page.last && text(page.last.key),
    NextUploadIdMarker: page.last?.id,
    MaxUploads: request.max,
    Upload: page.items.map(({ key, id, initiated, checksum }) => ({
      ...{ Key: text(key), UploadId: id, Initiated: initiated.toISOString() },
      ...{ Initiator: OWNER, Owner: OWNER, StorageClass: STORAGE_CLASS },
      ...{ ChecksumAlgorithm: checksum?.algorithm.toUpperCase(), ChecksumType: checksum?.type },
    })),
  });
}

/** Adds what all listings have. */
function answerListing(
  call: S3Call,
  root: string,
  page: ListingPage<Item>,
  content: { [name: string]: XmlContent | XmlContent[] },
): void {
  const text = keyEncoder(call);
  const delimiter = call.query.get("delimiter") ?? "";
  answerXml(call, root, {
    ...content,
    Prefix: text(call.query.get("prefix") ?? ""),
    Delimiter: delimiter === "" ? undefined : text(delimiter),
    EncodingType: call.query.get("encoding-type") ?? undefined,
    IsTruncated: page.last !== undefined,
    CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: text(prefix) })),
  });
}

function described({ key, lastModified, eTag, checksum, sizeBytes }: StoredObject, text: KeyEncoder) {
  return {
    Key: text(key),
    LastModified: lastModified.toISOString(),
    ETag: `"${eTag}"`,
    ChecksumAlgorithm: checksum?.algorithm.toUpperCase(),
    ChecksumType: checksum?.type,
    Size: sizeBytes,
    StorageClass: STORAGE_CLASS,
  };
}

/** @throws S3Error InvalidArgument for an id without its key */
function markerOf(query: URLSearchParams, idMarker: string): Item {
  const key = query.get("key-marker") ?? "";
  const id = query.get(idMarker) || undefined;
  if (id === undefined || key !== "") return { key, id };
  throw new S3Error("InvalidArgument", `A ${idMarker} cannot be specified without a key marker.`);
}

type KeyEncoder = (key: string) => string;

/** XML can't carry every key, so clients may ask for URL encoding. @throws S3Error InvalidArgument */
function keyEncoder({ query }: S3Call): KeyEncoder {
  const encodingType = query.get("encoding-type");
  if (encodingType === null) return (key) => key;
  if (encodingType === "url") return (key) => encodeURIComponent(key).replaceAll("%2F", "/");
  throw new S3Error("InvalidArgument", `encoding-type "${encodingType}" is unknown; "url" is allowed.`);
}
