import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { FfmpegTools } from "../ffmpeg";
import { JobError, ServiceError } from "./errors";
import { runFfprobe } from "./ffprobe";
import type { MediaStorage } from "./media-storage";
import { type FileFacts, probeResult } from "./probe-result";
import { STAND_IN_REPORT } from "./stand-in-source";
import { epochSeconds } from "./wire";

const request = z.object({
  inputFiles: z.array(z.object({ fileUrl: z.string().regex(/^s3:\/\//) })).length(1),
});

export interface ProbeOptions {
  readonly storage: MediaStorage;
  readonly tools: FfmpegTools;
  /** Any object passes for the stand-in source. */
  readonly instant?: boolean;
}

/**
 * Answers Probe for one file.
 * @throws ServiceError NotFoundException (no such object), UnprocessableEntityException (no media file)
 */
export async function probe(body: unknown, { storage, tools, instant }: ProbeOptions) {
  const parsed = request.safeParse(body);
  const uri = parsed.data?.inputFiles[0]?.fileUrl;
  if (!uri)
    throw new ServiceError("BadRequestException", "/inputFiles: Should be one file with an s3:// fileUrl");
  const path = await storage.read(uri);
  if (path === undefined)
    throw new ServiceError("NotFoundException", `The input file [${uri}] does not exist.`);
  try {
    const [report, facts] = await Promise.all([
      instant ? STAND_IN_REPORT : runFfprobe(tools.ffprobe, path, uri),
      factsOf(path),
    ]);
    return { probeResults: [probeResult(report, facts)] };
  } catch (error) {
    if (error instanceof JobError) throw new ServiceError("UnprocessableEntityException", error.message);
    throw error;
  }
}

async function factsOf(path: string): Promise<FileFacts> {
  const { size, mtime } = await stat(path);
  const hash = createHash("md5");
  await pipeline(createReadStream(path), hash);
  return {
    fileSize: size,
    eTag: hash.digest("hex"),
    lastModified: epochSeconds(mtime),
    docType: (await isWebm(path)) ? "webm" : undefined,
  };
}

/** An EBML file names its document type in its first bytes. */
async function isWebm(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(64) });
    return buffer.includes("webm");
  } finally {
    await file.close();
  }
}
