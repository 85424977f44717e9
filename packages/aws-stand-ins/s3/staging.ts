import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, rmSync } from "node:fs";
import { copyFile, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { codeOf } from "./disk-layout";

/** The source of an object's bytes: a stream, bytes, a file to move, or a file to copy. */
export type Content = Readable | Buffer | { moveFrom: string } | { copyFrom: string };

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
    try {
      const measured =
        content instanceof Readable || Buffer.isBuffer(content)
          ? await write(content, path)
          : "moveFrom" in content
            ? await move(content.moveFrom, path)
            : await write(createReadStream(content.copyFrom), path);
      return await use({ path, ...measured });
    } finally {
      await rm(path, { force: true });
    }
  }
}

class Measure {
  private readonly hash = createHash("md5");
  private sizeBytes = 0;

  add(chunk: Buffer): void {
    this.hash.update(chunk);
    this.sizeBytes += chunk.length;
  }

  result() {
    return { sizeBytes: this.sizeBytes, md5: this.hash.digest("hex") };
  }
}

async function write(content: Readable | Buffer, path: string) {
  const measure = new Measure();
  const source = Buffer.isBuffer(content) ? Readable.from([content], { objectMode: false }) : content;
  const measured = async function* (chunks: AsyncIterable<Buffer | string>) {
    for await (const received of chunks) {
      const chunk = typeof received === "string" ? Buffer.from(received) : received;
      measure.add(chunk);
      yield chunk;
    }
  };
  await pipeline(source, measured, createWriteStream(path, { flush: true }));
  return measure.result();
}

async function move(source: string, path: string) {
  try {
    await rename(source, path);
  } catch (error) {
    const isOtherDisk = codeOf(error) === "EXDEV";
    if (!isOtherDisk) throw error;
    await copyFile(source, path);
    await rm(source);
  }
  const measure = new Measure();
  for await (const chunk of createReadStream(path)) measure.add(chunk);
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  return measure.result();
}
