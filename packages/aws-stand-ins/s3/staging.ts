import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** The bytes of an object, or the path of a file that holds them. */
export type Content = AsyncIterable<Buffer> | Buffer | { readonly file: string };

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
      await rm(path, { force: true });
    }
  }
}

function sourceOf(content: Content): AsyncIterable<Buffer> {
  if (Buffer.isBuffer(content)) return Readable.from([content]);
  return "file" in content ? createReadStream(content.file) : content;
}
