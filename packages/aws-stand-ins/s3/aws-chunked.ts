import { S3Error } from "./error";

/** A line with size and signature has about 100 bytes. */
const MAX_LINE_BYTES = 8192;
const CRLF = Buffer.from("\r\n");

/**
 * Decodes `aws-chunked` framing: lines of `<size in hex>[;chunk-signature=…]`, each followed by that many bytes, up to
 * a chunk of size 0, then trailing headers. Doesn't verify signatures.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 *
 * @param trailers receives the trailing headers, names in lower case, before the iteration ends
 * @throws S3Error IncompleteBody, InvalidRequest
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const input = new FramedInput(source);
  try {
    for (let size = chunkSize(await input.line()); size > 0; size = chunkSize(await input.line())) {
      yield* input.take(size);
      if ((await input.line()) !== "") {
        throw new S3Error("InvalidRequest", "A chunk of the upload is longer than its own header says.");
      }
    }
    for (let line = await input.line(); line !== ""; line = await input.line()) {
      const colon = line.indexOf(":");
      trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
  } finally {
    await input.release();
  }
}

function chunkSize(line: string): number {
  const [digits = ""] = line.split(";");
  if (!/^[0-9a-f]{1,12}$/i.test(digits)) {
    throw new S3Error("InvalidRequest", `"${line}" is not the header of an aws-chunked chunk.`);
  }
  return Number.parseInt(digits, 16);
}

/** Reads lines and counted bytes from a stream, holding only the chunk that it received last. */
class FramedInput {
  private readonly chunks: AsyncIterator<Buffer>;
  private pending: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    let end = this.pending.indexOf(CRLF);
    while (end < 0 && this.pending.length <= MAX_LINE_BYTES) {
      this.pending = Buffer.concat([this.pending, await this.next()]);
      end = this.pending.indexOf(CRLF);
    }
    if (end < 0) throw new S3Error("InvalidRequest", "The upload's aws-chunked framing is damaged.");
    const line = this.pending.toString("latin1", 0, end);
    this.pending = this.pending.subarray(end + CRLF.length);
    return line;
  }

  async *take(bytes: number): AsyncGenerator<Buffer> {
    let missing = bytes;
    while (missing > 0) {
      if (this.pending.length === 0) this.pending = await this.next();
      const taken = this.pending.subarray(0, missing);
      this.pending = this.pending.subarray(taken.length);
      missing -= taken.length;
      yield taken;
    }
  }

  /** Releases the source, as leaving a `for await` does, so that the rest can be read elsewhere. */
  async release(): Promise<void> {
    await this.chunks.return?.();
  }

  private async next(): Promise<Buffer> {
    const { done, value } = await this.chunks.next();
    if (done)
      throw new S3Error("IncompleteBody", "The upload ends in the middle of its aws-chunked framing.");
    return value;
  }
}
