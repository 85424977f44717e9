import { z } from "zod";
import { answer, answerXml, type S3Call } from "./call";
import { algorithmOf, CHECKSUM_HEADERS, checksumElements, checksumHeaders, elementOf } from "./checksums";
import { writeConditionOf } from "./conditions";
import { copySource } from "./copy-source";
import { S3Error } from "./error";
import { maximumOf } from "./listing";
import { OWNER, STORAGE_CLASS } from "./listing-calls";
import type { Checksum, ChecksumKind } from "./model";
import type { CompletionTerms, UploadReference } from "./multipart-uploads";
import { requireCopySource } from "./object-calls";
import { objectOptions, versionHeader } from "./object-headers";
import { requestDocument, uploadedContent } from "./request-content";
import { fromXml } from "./xml";

const partSchema = z.strictObject({
  PartNumber: z.coerce.number().int(),
  ETag: z.string(),
  ChecksumCRC32: z.string().optional(),
  ChecksumCRC32C: z.string().optional(),
  ChecksumCRC64NVME: z.string().optional(),
  ChecksumSHA1: z.string().optional(),
  ChecksumSHA256: z.string().optional(),
});
const completionSchema = z.object({
  CompleteMultipartUpload: z.object({
    Part: z.union([partSchema, z.array(partSchema)]).transform((parts) => [parts].flat()),
  }),
});

export async function createMultipartUpload(call: S3Call): Promise<void> {
  const { store, headers, bucket, key } = call;
  const checksum = checksumKindOf(call);
  const uploadId = await store.uploads.create(bucket, key, objectOptions(headers), checksum);
  answerXml(
    ...([call, "InitiateMultipartUploadResult", { Bucket: bucket, Key: key, UploadId: uploadId }] as const),
    {
      headers: {
        "x-amz-checksum-algorithm": checksum?.algorithm.toUpperCase(),
        "x-amz-checksum-type": checksum?.type,
      },
    },
  );
}

export async function uploadPart(call: S3Call): Promise<void> {
  const { content, checksums } = uploadedContent(call);
  const { uploads } = call.store;
  const checksum = () => checksums.checksum;
  const eTag = await uploads.uploadPart(uploadOf(call), partNumberOf(call), content, checksum);
  answer(call, 200, { etag: `"${eTag}"`, ...partChecksumHeaders(checksum()) });
}

export async function uploadPartCopy(call: S3Call): Promise<void> {
  const source = copySource(call);
  const { object, file } = await call.store.open(source.bucket, source.key, source.versionId);
  try {
    requireCopySource(call.headers, object);
    const range = copyRange(call, object.sizeBytes);
    const content = file.createReadStream({ ...range, autoClose: false });
    const part = await call.store.uploads.copyPart(uploadOf(call), partNumberOf(call), content);
    const result = {
      ...{ ETag: `"${part.eTag}"`, LastModified: new Date().toISOString() },
      ...(part.checksum && { [elementOf(part.checksum.algorithm)]: part.checksum.value }),
    };
    answerXml(call, "CopyPartResult", result, {
      headers: { "x-amz-copy-source-version-id": source.versionId },
    });
  } finally {
    await file.close();
  }
}

export async function completeMultipartUpload(call: S3Call): Promise<void> {
  // Here, these headers hold the checksum of the object, not of the request's body.
  const headers = Object.fromEntries(
    Object.entries(call.headers).filter(([name]) => !CHECKSUM_HEADERS.includes(name)),
  );
  const document = await requestDocument({ request: call.request, headers });
  const { CompleteMultipartUpload: completion } = fromXml(document, completionSchema);
  const parts = completion.Part.map(({ PartNumber, ETag, ...checksums }) => ({
    partNumber: PartNumber,
    eTag: ETag.replaceAll('"', ""),
    checksum: Object.values(checksums)[0],
  }));
  const object = await call.store.uploads.complete(uploadOf(call), parts, completionTermsOf(call));
  const location = `http://${call.request.headers.host}${(call.request.url ?? "").split("?")[0]}`;
  const result = {
    ...{ Location: location, Bucket: object.bucket, Key: object.key, ETag: `"${object.eTag}"` },
    ...checksumElements(object.checksum),
  };
  answerXml(call, "CompleteMultipartUploadResult", result, { headers: versionHeader(object) });
}

export async function listParts(call: S3Call): Promise<void> {
  const { store, query, bucket, key } = call;
  const marker = query.get("part-number-marker") ?? "0";
  if (!/^\d{1,9}$/.test(marker)) {
    throw new S3Error(
      "InvalidArgument",
      `part-number-marker "${marker}" is not a whole number of 0 or more.`,
    );
  }
  const max = maximumOf(query, "max-parts");
  const { parts, checksum } = await store.uploads.parts(uploadOf(call));
  const rest = parts.filter(({ partNumber }) => partNumber > Number(marker));
  const page = rest.slice(0, max);
  const isTruncated = rest.length > max;
  answerXml(call, "ListPartsResult", {
    ...{ Bucket: bucket, Key: key, UploadId: query.get("uploadId") ?? "", PartNumberMarker: marker },
    ...{ NextPartNumberMarker: page.at(-1)?.partNumber, MaxParts: max, IsTruncated: isTruncated },
    ...{ Initiator: OWNER, Owner: OWNER, StorageClass: STORAGE_CLASS },
    ...{ ChecksumAlgorithm: checksum?.algorithm.toUpperCase(), ChecksumType: checksum?.type },
    Part: page.map((part) => ({
      ...{ PartNumber: part.partNumber, ETag: `"${part.eTag}"`, Size: part.sizeBytes },
      LastModified: part.uploadedAt.toISOString(),
      ...(checksum && { [elementOf(checksum.algorithm)]: part.checksum }),
    })),
  });
}

export async function abortMultipartUpload(call: S3Call): Promise<void> {
  await call.store.uploads.abort(uploadOf(call));
  answer(call, 204);
}

function uploadOf({ bucket, key, query }: S3Call): UploadReference {
  return { bucket, key, uploadId: query.get("uploadId") ?? "" };
}

const partNumberOf = ({ query }: S3Call) => Number(query.get("partNumber"));

/** A part's checksum has no type. */
function partChecksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  const { "x-amz-checksum-type": _, ...headers } = checksumHeaders(checksum);
  return headers;
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 * @throws S3Error InvalidRequest for an algorithm that doesn't have the type
 */
function checksumKindOf({ headers }: S3Call): ChecksumKind | undefined {
  const algorithm = algorithmOf(headers["x-amz-checksum-algorithm"]?.toString());
  const type = headers["x-amz-checksum-type"];
  const types: readonly ChecksumKind["type"][] =
    algorithm === "crc64nvme"
      ? ["FULL_OBJECT"]
      : algorithm?.startsWith("sha")
        ? ["COMPOSITE"]
        : ["COMPOSITE", "FULL_OBJECT"];
  const chosen = type === undefined ? types[0] : types.find((one) => one === type);
  if (chosen === undefined || (algorithm === undefined && type !== undefined)) {
    throw new S3Error(
      "InvalidRequest",
      `The ${type} checksum type cannot be used with ${algorithm ?? "no algorithm"}.`,
    );
  }
  return algorithm && { algorithm, type: chosen };
}

/** @throws S3Error InvalidRequest, NotImplemented */
function completionTermsOf({ headers }: S3Call): CompletionTerms {
  const size = headers["x-amz-mp-object-size"]?.toString();
  if (size !== undefined && !/^\d{1,15}$/.test(size)) {
    throw new S3Error("InvalidRequest", `x-amz-mp-object-size "${size}" is not a number of bytes.`);
  }
  const header = CHECKSUM_HEADERS.find((name) => headers[name] !== undefined);
  const algorithm = algorithmOf(header?.slice("x-amz-checksum-".length));
  return {
    condition: writeConditionOf(headers),
    sizeBytes: size === undefined ? undefined : Number(size),
    checksum: algorithm && { algorithm, value: String(headers[header ?? ""]), type: "FULL_OBJECT" },
  };
}

/** @throws S3Error InvalidArgument */
function copyRange({ headers }: S3Call, sizeBytes: number): { start?: number; end?: number } {
  const header = headers["x-amz-copy-source-range"];
  if (header === undefined) return {};
  const match = /^bytes=(\d+)-(\d+)$/.exec(String(header));
  const [start, end] = [Number(match?.[1]), Number(match?.[2])];
  if (start <= end && end < sizeBytes) return { start, end };
  throw new S3Error(
    "InvalidArgument",
    `x-amz-copy-source-range "${header}" is not bytes=<first>-<last> within the source's ${sizeBytes} bytes.`,
  );
}
