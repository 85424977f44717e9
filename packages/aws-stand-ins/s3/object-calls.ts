import type { IncomingHttpHeaders } from "node:http";
import { pipeline } from "node:stream/promises";
import { answer, answerXml, type S3Call, setHeaders } from "./call";
import { algorithmOf, checksumElements, checksumHeaders } from "./checksums";
import { isUnchanged, partRange, requestedRange, requireCopyable, writeConditionOf } from "./conditions";
import { copySource } from "./copy-source";
import { S3Error } from "./error";
import type { OpenedObject, StoredObject } from "./model";
import { objectHeaders, objectOptions, overridingHeaders, versionHeader } from "./object-headers";
import { MAX_UPLOAD_BYTES, uploadedContent } from "./request-content";

export async function putObject(call: S3Call): Promise<void> {
  const { store, headers, bucket, key } = call;
  const condition = writeConditionOf(headers);
  const { content, checksums } = uploadedContent(call);
  const object = await store.put(bucket, key, content, objectOptions(headers), {
    ...{ condition, checksum: () => checksums.checksum },
  });
  answer(call, 200, {
    ...{ etag: `"${object.eTag}"`, ...versionHeader(object) },
    ...checksumHeaders(object.checksum),
  });
}

export async function copyObject(call: S3Call): Promise<void> {
  const { store, headers, bucket, key } = call;
  const source = copySource(call);
  const isReplacing = isDirectedToReplace(headers);
  const isSelf = source.bucket === bucket && source.key === key && source.versionId === undefined;
  if (isSelf && !isReplacing) {
    throw new S3Error(
      "InvalidRequest",
      "An object can be copied to itself only with x-amz-metadata-directive: REPLACE.",
    );
  }
  const object = await store.copy(source, bucket, key, {
    options: isReplacing ? objectOptions(headers) : undefined,
    condition: writeConditionOf(headers),
    checksumAlgorithm: algorithmOf(headers["x-amz-checksum-algorithm"]?.toString()),
    requireSource: (found) => requireCopySource(headers, found),
  });
  const result = {
    ...{ ETag: `"${object.eTag}"`, LastModified: object.lastModified.toISOString() },
    ...checksumElements(object.checksum),
  };
  const copied = { "x-amz-copy-source-version-id": source.versionId, ...versionHeader(object) };
  answerXml(call, "CopyObjectResult", result, { headers: copied });
}

/** @throws S3Error PreconditionFailed, InvalidRequest */
export function requireCopySource(headers: IncomingHttpHeaders, source: StoredObject): void {
  requireCopyable(headers, source);
  if (source.sizeBytes <= MAX_UPLOAD_BYTES || headers["x-amz-copy-source-range"] !== undefined) return;
  throw new S3Error(
    "InvalidRequest",
    `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_UPLOAD_BYTES}`,
  );
}

/** @throws S3Error InvalidArgument */
function isDirectedToReplace(headers: IncomingHttpHeaders): boolean {
  const directive = headers["x-amz-metadata-directive"] ?? "COPY";
  if (directive === "REPLACE" || directive === "COPY") return directive === "REPLACE";
  throw new S3Error("InvalidArgument", `x-amz-metadata-directive is COPY or REPLACE, not ${directive}.`);
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
  const { store, bucket, key, query, headers } = call;
  const condition = { ifMatch: headers["if-match"] };
  const deletion = await store.delete(bucket, key, query.get("versionId") ?? undefined, condition);
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
  const { headers, query } = call;
  if (isUnchanged(headers, object)) {
    answer(call, 304, objectHeaders(object));
    return "unchanged";
  }
  const partNumber = query.get("partNumber");
  if (partNumber !== null && headers.range !== undefined) {
    throw new S3Error("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
  }
  const range = partNumber === null ? requestedRange(headers, object) : partRange(partNumber, object);
  const { start, end } = range ?? { start: 0, end: object.sizeBytes - 1 };
  // A range has no checksum of its own.
  const hasChecksum = range === undefined && headers["x-amz-checksum-mode"] === "ENABLED";
  setHeaders(call.response, {
    ...objectHeaders(object),
    ...overridingHeaders(query),
    ...(hasChecksum && checksumHeaders(object.checksum)),
    "content-length": String(end - start + 1),
    "content-range": range && `bytes ${start}-${end}/${object.sizeBytes}`,
    "x-amz-mp-parts-count": partNumber === null ? undefined : object.parts?.length.toString(),
  });
  call.response.writeHead(range ? 206 : 200);
  return range;
}
