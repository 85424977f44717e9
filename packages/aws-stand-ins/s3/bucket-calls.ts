import { z } from "zod";
import { answer, answerXml, type S3Call } from "./call";
import { S3Error } from "./error";
import { listingPage, listingRequest } from "./listing";
import { requestDocument } from "./request-content";
import { fromXml, type XmlContent } from "./xml";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_DELETIONS = 1000;

const deletedSchema = z.object({ Key: z.string(), VersionId: z.string().optional() });
const deleteSchema = z.object({
  Delete: z.object({
    Object: z
      .union([deletedSchema, z.array(deletedSchema).max(MAX_DELETIONS)])
      .transform((objects) => [objects].flat()),
    Quiet: z.string().optional(),
  }),
});

export async function listBuckets(call: S3Call): Promise<void> {
  const buckets = call.store.buckets.map(({ name, createdAt }) => ({
    Name: name,
    CreationDate: createdAt.toISOString(),
  }));
  answerXml(call, "ListAllMyBucketsResult", {
    Owner: { ID: "local" },
    Buckets: { Bucket: buckets },
  });
}

export async function headBucket(call: S3Call): Promise<void> {
  call.store.bucket(call.bucket);
  answer(call, 200, { "x-amz-bucket-region": call.region });
}

export async function listObjectsV2(call: S3Call): Promise<void> {
  const { store, bucket, query } = call;
  const request = listingRequest(query);
  const page = listingPage(await store.list(bucket, request.prefix), request);
  const text = keyEncoder(query.get("encoding-type") ?? undefined);
  answerXml(call, "ListBucketResult", {
    Name: bucket,
    Prefix: text(request.prefix),
    Delimiter: request.delimiter === "" ? undefined : text(request.delimiter),
    EncodingType: query.get("encoding-type") ?? undefined,
    MaxKeys: request.maxKeys,
    KeyCount: page.objects.length + page.commonPrefixes.length,
    IsTruncated: page.nextToken !== undefined,
    ContinuationToken: request.continuationToken,
    NextContinuationToken: page.nextToken,
    Contents: page.objects.map((object) => ({
      Key: text(object.key),
      LastModified: object.lastModified.toISOString(),
      ETag: `"${object.eTag}"`,
      Size: object.sizeBytes,
      StorageClass: "STANDARD",
    })),
    CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: text(prefix) })),
  });
}

export async function deleteObjects(call: S3Call): Promise<void> {
  const { store, bucket } = call;
  const { objects, isQuiet } = deletionsOf(await requestDocument(call));
  const deleted: XmlContent[] = [];
  for (const { key, versionId } of objects) {
    const deletion = await store.delete(bucket, key, versionId);
    deleted.push({
      Key: key,
      VersionId: versionId,
      DeleteMarker: deletion.deleteMarker || undefined,
      DeleteMarkerVersionId: deletion.deleteMarker ? deletion.versionId : undefined,
    });
  }
  answerXml(call, "DeleteResult", { Deleted: isQuiet ? [] : deleted });
}

/** What a document of DeleteObjects names. @throws {S3Error} MalformedXML */
export function deletionsOf(document: string) {
  const { Object: objects, Quiet } = fromXml(document, deleteSchema).Delete;
  return {
    objects: objects.map(({ Key, VersionId }) => ({ key: Key, versionId: VersionId })),
    isQuiet: Quiet === "true",
  };
}

/** XML can't carry every key, so clients may ask for URL encoding. */
function keyEncoder(encodingType: string | undefined): (key: string) => string {
  if (encodingType === undefined) return (key) => key;
  if (encodingType === "url") return (key) => encodeURIComponent(key).replaceAll("%2F", "/");
  throw new S3Error("InvalidArgument", `encoding-type "${encodingType}" is unknown; "url" is allowed.`);
}
