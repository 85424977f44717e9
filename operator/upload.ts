import { type FileHandle, open } from "node:fs/promises";
import type { ObjectVersion } from "../lambdas/jobs/job-id";
import type { Deployment } from "./deployment";
import { PartUpload, sha256, type UploadedPart } from "./part-upload";

/**
 * Uploads a file to the bucket of uploads, in parts with SHA-256 checksums. An upload of the same file to the same key
 * that was interrupted continues where it stopped.
 *
 * @param onProgress called with the bytes that S3 has
 * @returns the version that it created
 */
export async function uploadFile(
  deployment: Deployment,
  file: string,
  key: string,
  onProgress: (bytes: number) => void,
): Promise<ObjectVersion> {
  const source = await open(file);
  try {
    const { size } = await source.stat();
    const upload = new PartUpload(deployment, await deployment.rawBucket(), key, size);
    const version = await (upload.isOnePart
      ? upload.put(await read(source, 0, size))
      : putParts(upload, source, onProgress));
    onProgress(size);
    return version;
  } finally {
    await source.close();
  }
}

async function putParts(
  upload: PartUpload,
  source: FileHandle,
  onProgress: (bytes: number) => void,
): Promise<ObjectVersion> {
  const { size, partSize } = upload;
  const { uploadId, uploaded } = await upload.begin();
  const parts: UploadedPart[] = [];
  for (let start = 0; start < size; start += partSize) {
    const number = start / partSize + 1;
    const end = Math.min(size, start + partSize);
    const body = await read(source, start, end);
    const known = uploaded.find((part) => part.number === number && part.checksum === sha256(body));
    parts.push(known ?? (await upload.putPart(uploadId, number, body)));
    onProgress(end);
  }
  return upload.complete(uploadId, parts);
}

async function read(source: FileHandle, start: number, end: number): Promise<Buffer> {
  const length = end - start;
  const { buffer, bytesRead } = await source.read(Buffer.alloc(length), 0, length, start);
  if (bytesRead < length) throw new Error("The file became shorter while it was uploaded.");
  return buffer;
}
