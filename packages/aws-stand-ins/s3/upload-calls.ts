import { z } from "zod";
import { answer, answerXml, type S3Call } from "./call";
import { copySource } from "./copy-source";
import { S3Error } from "./error";
import type { UploadReference } from "./multipart-uploads";
import { objectOptions, versionHeader } from "./object-headers";
import { requestContent, requestDocument } from "./request-content";
import { fromXml } from "./xml";

const partSchema = z.object({ PartNumber: z.coerce.number().int(), ETag: z.string() });
const completionSchema = z.object({
  CompleteMultipartUpload: z.object({
    Part: z.union([partSchema, z.array(partSchema)]).transform((parts) => [parts].flat()),
  }),
});

export async function createMultipartUpload(call: S3Call): Promise<void> {
  const { store, headers, bucket, key } = call;
  const uploadId = await store.uploads.create(bucket, key, objectOptions(headers));
  answerXml(call, "InitiateMultipartUploadResult", { Bucket: bucket, Key: key, UploadId: uploadId });
}

export async function uploadPart(call: S3Call): Promise<void> {
  const { content, checksums } = requestContent(call);
  const eTag = await call.store.uploads.uploadPart(uploadOf(call), partNumberOf(call), content);
  answer(call, 200, { etag: `"${eTag}"`, ...checksums.answer });
}

export async function uploadPartCopy(call: S3Call): Promise<void> {
  const source = copySource(call);
  const { object, file } = await call.store.open(source.bucket, source.key, source.versionId);
  try {
    const range = copyRange(call, object.sizeBytes);
    const content = file.createReadStream({ ...range, autoClose: false });
    const eTag = await call.store.uploads.uploadPart(uploadOf(call), partNumberOf(call), content);
    answerXml(call, "CopyPartResult", { ETag: `"${eTag}"`, LastModified: new Date().toISOString() });
  } finally {
    await file.close();
  }
}

export async function completeMultipartUpload(call: S3Call): Promise<void> {
  const { CompleteMultipartUpload: completion } = fromXml(await requestDocument(call), completionSchema);
  const parts = completion.Part.map(({ PartNumber, ETag }) => ({
    partNumber: PartNumber,
    eTag: ETag.replaceAll('"', ""),
  }));
  const object = await call.store.uploads.complete(uploadOf(call), parts);
  const location = `http://${call.request.headers.host}${(call.request.url ?? "").split("?")[0]}`;
  const result = { Location: location, Bucket: object.bucket, Key: object.key, ETag: `"${object.eTag}"` };
  answerXml(call, "CompleteMultipartUploadResult", result, { headers: versionHeader(object) });
}

export async function abortMultipartUpload(call: S3Call): Promise<void> {
  await call.store.uploads.abort(uploadOf(call));
  answer(call, 204);
}

function uploadOf({ bucket, key, query }: S3Call): UploadReference {
  return { bucket, key, uploadId: query.get("uploadId") ?? "" };
}

const partNumberOf = ({ query }: S3Call) => Number(query.get("partNumber"));

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
