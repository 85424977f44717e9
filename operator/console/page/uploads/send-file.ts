import type { Part, Uploaded, UploadPlan } from "../../protocol";
import { ask } from "../server";

/**
 * Sends a file in parts. Those that S3 has of an earlier, interrupted upload of the same file aren't sent again.
 *
 * @param onProgress called with the bytes that S3 has
 * @returns the id of the job that the upload starts
 */
export async function sendFile(
  file: File,
  key: string,
  onProgress: (bytes: number) => void,
): Promise<string> {
  const { size } = file;
  const { partSize, uploadId, uploaded } = await ask<UploadPlan>("POST", "uploads", { key, size });
  if (uploadId === undefined) {
    const query = new URLSearchParams({ key, size: String(size) });
    const { jobId } = await ask<Uploaded>("PUT", `uploads/object?${query}`, file);
    onProgress(size);
    return jobId;
  }
  const parts: Part[] = [];
  for (let start = 0; start < size; start += partSize) {
    const number = start / partSize + 1;
    const body = file.slice(start, start + partSize);
    const known = uploaded.find((part) => part.number === number);
    if (known !== undefined && known.checksum === (await sha256(body))) parts.push(known);
    else {
      const query = new URLSearchParams({ key, size: String(size), uploadId, number: String(number) });
      parts.push(await ask<Part>("PUT", `uploads/part?${query}`, body));
    }
    onProgress(Math.min(size, start + partSize));
  }
  const { jobId } = await ask<Uploaded>("POST", "uploads/completion", { key, size, uploadId, parts });
  return jobId;
}

async function sha256(body: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await body.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
