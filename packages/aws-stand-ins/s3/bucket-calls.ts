import { z } from "zod";
import { answer, answerXml, type S3Call } from "./call";
import { S3Error } from "./error";
import { listingPage, maximumOf } from "./listing";
import { OWNER } from "./listing-calls";
import { requestDocument } from "./request-content";
import { compareKeys } from "./sorted-keys";
import { fromXml, type XmlContent } from "./xml";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_DELETIONS = 1000;

const deletedSchema = z.strictObject({
  Key: z.string(),
  VersionId: z.string().optional(),
  ETag: z.string().optional(),
});
const deleteSchema = z.object({
  Delete: z.object({
    Object: z
      .union([deletedSchema, z.array(deletedSchema).max(MAX_DELETIONS)])
      .transform((objects) => [objects].flat()),
    Quiet: z.string().optional(),
  }),
});

export async function listBuckets(call: S3Call): Promise<void> {
  const { store, query, region } = call;
  const prefix = query.get("prefix") ?? "";
  const token = query.get("continuation-token") ?? undefined;
  const isOfRegion = (query.get("bucket-region") ?? region) === region;
  const buckets = store.buckets
    .filter(({ name }) => isOfRegion && name.startsWith(prefix))
    .map(({ name, createdAt }) => ({ key: name, createdAt }))
    .sort((a, b) => compareKeys(a.key, b.key));
  const page = listingPage(buckets, {
    ...{ prefix, delimiter: "", max: maximumOf(query, "max-buckets"), after: { key: token ?? "" } },
  });
  answerXml(call, "ListAllMyBucketsResult", {
    Owner: OWNER,
    Buckets: {
      Bucket: page.items.map(({ key, createdAt }) => ({
        Name: key,
        CreationDate: createdAt.toISOString(),
        BucketRegion: region,
      })),
    },
    Prefix: prefix === "" ? undefined : prefix,
    ContinuationToken: page.last?.key,
  });
}

export async function headBucket(call: S3Call): Promise<void> {
  call.store.bucket(call.bucket);
  answer(call, 200, { "x-amz-bucket-region": call.region });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export async function getBucketLocation(call: S3Call): Promise<void> {
  answerXml(call, "LocationConstraint", call.region === "us-east-1" ? "" : call.region);
}

export async function getBucketVersioning(call: S3Call): Promise<void> {
  const { isVersioned } = call.store.bucket(call.bucket);
  answerXml(call, "VersioningConfiguration", isVersioned ? { Status: "Enabled" } : "");
}

/** Each object is deleted, or has its own error. */
export async function deleteObjects(call: S3Call): Promise<void> {
  const { store, bucket } = call;
  const { objects, isQuiet } = deletionsOf(await requestDocument(call));
  const deleted: XmlContent[] = [];
  const errors: XmlContent[] = [];
  for (const { key, versionId, eTag } of objects) {
    try {
      const deletion = await store.delete(bucket, key, versionId, { ifMatch: eTag });
      deleted.push({
        Key: key,
        VersionId: versionId,
        DeleteMarker: deletion.deleteMarker || undefined,
        DeleteMarkerVersionId: deletion.deleteMarker ? deletion.versionId : undefined,
      });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      errors.push({ Key: key, VersionId: versionId, Code: error.code, Message: error.message });
    }
  }
  answerXml(call, "DeleteResult", { Deleted: isQuiet ? [] : deleted, Error: errors });
}

/** What a document of DeleteObjects names. @throws {S3Error} MalformedXML */
export function deletionsOf(document: string) {
  const { Object: objects, Quiet } = fromXml(document, deleteSchema).Delete;
  return {
    objects: objects.map(({ Key, VersionId, ETag }) => ({ key: Key, versionId: VersionId, eTag: ETag })),
    isQuiet: Quiet === "true",
  };
}
