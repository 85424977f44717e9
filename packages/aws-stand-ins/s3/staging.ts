import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fsync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

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
    // A stream opens its file later, perhaps after the removal below.
    const file = openSync(path, "wx");
    try {
      return await use(
        await (Buffer.isBuffer(content) ? written(file, path, content) : copied(file, path, content)),
      );
    } finally {
      rmSync(path, { force: true });
    }
  }
}

async function written(file: number, path: string, content: Buffer): Promise<StagedContent> {
  try {
    writeFileSync(file, content);
    await promisify(fsync)(file);
  } finally {
    closeSync(file);
  }
  return { path, sizeBytes: content.length, md5: createHash("md5").update(content).digest("hex") };
}

async function copied(file: number, path: string, content: Exclude<Content, Buffer>): Promise<StagedContent> {
  const md5 = createHash("md5");
  let sizeBytes = 0;
  const measure = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      md5.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
  };
  const source = "file" in content ? createReadStream(content.file) : content;
  await pipeline(source, measure, createWriteStream(path, { fd: file, flush: true }));
  return { path, sizeBytes, md5: md5.digest("hex") };
}

/** The file, which stays where it is until it is moved. */
async function flushed(path: string): Promise<StagedContent> {
  const md5 = createHash("md5");
  const file = openSync(path, "r+");
  try {
    let sizeBytes = 0;
    for await (const chunk of chunksOf(file)) {
      md5.update(chunk);
      sizeBytes += chunk.length;
    }
    await promisify(fsync)(file);
    return { path, sizeBytes, md5: md5.digest("hex") };
  } finally {
    closeSync(file);
  }
}

const CHUNK_BYTES = 64 << 10;

/** A short file in one read that waits for nothing. */
async function* chunksOf(file: number): AsyncIterable<Buffer> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const length = readSync(file, chunk);
  yield chunk.subarray(0, length);
  if (length === CHUNK_BYTES)
    yield* createReadStream("", { fd: file, autoClose: false, highWaterMark: 1 << 20 });
}
