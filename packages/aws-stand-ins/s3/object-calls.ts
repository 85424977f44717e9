import { pipeline } from "node:stream/promises";
import { answer, answerXml, type S3Call, setHeaders } from "./call";
import { isUnchanged, requestedRange } from "./conditions";
import { copySource } from "./copy-source";
import { S3Error } from "./error";
import type { OpenedObject } from "./model";
import { objectHeaders, objectOptions, versionHeader } from "./object-headers";
import { requestContent } from "./request-content";

export async function putObject(call: S3Call): Promise<void> {
  const { store, headers, bucket, key } = call;
  if (headers["if-match"] ?? headers["if-none-match"]) {
    throw new S3Error(
      "NotImplemented",
      "The stand-in for s3 doesn't offer PutObject with If-Match or If-None-Match.",
    );
  }
  const { content, checksums } = requestContent(call);
  const object = await store.put(bucket, key, content, objectOptions(headers));
  answer(call, 200, { etag: `"${object.eTag}"`, ...versionHeader(object), ...checksums.answer });
}

export async function copyObject(call: S3Call): Promise<void> {
  const { store, headers, bucket, key } = call;
  const source = copySource(call);
  const isReplacing = headers["x-amz-metadata-directive"] === "REPLACE";
  const isSelf = source.bucket === bucket && source.key === key && source.versionId === undefined;
  if (isSelf && !isReplacing) {
    throw new S3Error(
      "InvalidRequest",
      "An object can be copied to itself only with x-amz-metadata-directive: REPLACE.",
    );
  }
  const options = isReplacing ? objectOptions(headers) : undefined;
  const object = await store.copy(source, bucket, key, options);
  const result = { ETag: `"${object.eTag}"`, LastModified: object.lastModified.toISOString() };
  answerXml(call, "CopyObjectResult", result, { headers: versionHeader(object) });
}

export async function getObject(call: S3Call): Promise<void> {
  const opened = await open(call);
  try {
    const range = describe(call, opened);
    if (range === "unchanged") return;
    const isEmpty = opened.object.sizeBytes === 0;
    if (isEmpty) call.response.end();
    else await pipeline(opened.file.createReadStream({ ...range, autoClose: false }), call.response);
  } finally {
    await opened.file.close();
  }
}

export async function headObject(call: S3Call): Promise<void> {
  const opened = await open(call);
  try {
    if (describe(call, opened) !== "unchanged") call.response.end();
  } finally {
    await opened.file.close();
  }
}

/** Version 2 of the AWS CLI reads the tags of an object that it copies in parts. No object has any. */
export async function getObjectTagging(call: S3Call): Promise<void> {
  const { file } = await open(call);
  await file.close();
  answerXml(call, "Tagging", { TagSet: "" });
}

export async function deleteObject(call: S3Call): Promise<void> {
  const { store, bucket, key, query } = call;
  const deletion = await store.delete(bucket, key, query.get("versionId") ?? undefined);
  answer(call, 204, {
    ...versionHeader(deletion),
    "x-amz-delete-marker": deletion.deleteMarker ? "true" : undefined,
  });
}

function open({ store, bucket, key, query }: S3Call): Promise<OpenedObject> {
  return store.open(bucket, key, query.get("versionId") ?? undefined);
}

/** Sends the answer's head. @returns the range that is left to send; undefined for the whole content */
function describe(call: S3Call, { object }: OpenedObject) {
  const { headers } = call;
  if (isUnchanged(headers, object)) {
    answer(call, 304, objectHeaders(object));
    return "unchanged";
  }
  const range = requestedRange(headers, object);
  const { start, end } = range ?? { start: 0, end: object.sizeBytes - 1 };
  setHeaders(call.response, {
    ...objectHeaders(object),
    "content-length": String(end - start + 1),
    "content-range": range && `bytes ${start}-${end}/${object.sizeBytes}`,
  });
  call.response.writeHead(range ? 206 : 200);
  return range;
}
