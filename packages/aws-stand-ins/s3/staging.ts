import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, rmSync } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { codeOf } from "./disk-layout";

/** The bytes of an object, or the path of a file that holds them: to copy, or to move if it is on the store's disk. */
export type Content = AsyncIterable<Buffer> | Buffer | { readonly file: string; readonly move?: boolean };

/** A complete, synced file outside of any bucket. */
export interface StagedContent {
  path: string;
  sizeBytes: number;
  /** Hex. */
  md5: string;
}

/** Writes contents to temporary files on the store's own disk, so that a rename can put them into place. */
export class Staging {
  constructor(private readonly directory: string) {
    // Files in it are from a process that died during an upload.
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
  }

  /** Stages the content for `use`, and removes it afterwards unless `use` has moved it. */
  async with<Result>(content: Content, use: (staged: StagedContent) => Promise<Result>): Promise<Result> {
    if (!Buffer.isBuffer(content) && "file" in content && content.move)
      return use(await flushed(content.file));
    const path = join(this.directory, randomUUID());
    const md5 = createHash("md5");
    let sizeBytes = 0;
    const measure = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        md5.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    };
    try {
      await pipeline(sourceOf(content), measure, createWriteStream(path, { flush: true }));
      return await use({ path, sizeBytes, md5: md5.digest("hex") });
    } finally {
      await unlink(path).catch((error: unknown) => {
        if (codeOf(error) !== "ENOENT") throw error;
      });
    }
  }
}

/** The file, which stays where it is until it is moved. */
async function flushed(path: string): Promise<StagedContent> {
  const md5 = createHash("md5");
  const file = await open(path, "r+");
  try {
    let sizeBytes = 0;
    for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })) {
      md5.update(chunk);
      sizeBytes += chunk.length;
    }
    await file.sync();
    return { path, sizeBytes, md5: md5.digest("hex") };
  } finally {
    await file.close();
  }
}

function sourceOf(content: Content): AsyncIterable<Buffer> {
  if (Buffer.isBuffer(content)) return Readable.from([content]);
  return "file" in content ? createReadStream(content.file) : content;
}
