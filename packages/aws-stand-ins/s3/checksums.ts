import { createHash } from "node:crypto";
import { Crc32, Crc32c, Crc64Nvme } from "@aws-sdk/checksums/crc";
import { Sha1, Sha256 } from "@aws-sdk/checksums/sha";
import { S3Error } from "./error";

const PREFIX = "x-amz-checksum-";
/** Headers with the same prefix that name an algorithm or a mode, not a value. */
const NOT_VALUES = ["algorithm", "mode", "type"];
const ALGORITHMS = { crc32: Crc32, crc32c: Crc32c, crc64nvme: Crc64Nvme, sha1: Sha1, sha256: Sha256 };

interface Hash {
  update(chunk: Buffer): void;
  digest(): Promise<Uint8Array>;
}

/** One digest that the client announced. */
interface Expectation {
  header: string;
  hash: Hash;
  encoding: "base64" | "hex";
  /** Undefined if it comes with the trailers. */
  value?: string;
  mismatchCode: "BadDigest" | "XAmzContentSHA256Mismatch";
}

/**
 * Verifies a content against the digests that its client sends: Content-MD5, x-amz-content-sha256, and
 * x-amz-checksum-* as a header or, named in x-amz-trailer, after the content.
 */
export class ClientChecksums {
  private readonly expectations: Expectation[];

  /**
   * @param headers the request's, names in lower case
   * @throws S3Error InvalidRequest for an algorithm that S3 doesn't have, InvalidDigest for a malformed Content-MD5
   */
  constructor(private readonly headers: Readonly<Record<string, string | string[] | undefined>>) {
    const trailing = String(headers["x-amz-trailer"] ?? "").split(",");
    const names = [...Object.keys(headers), ...trailing.map((name) => name.trim().toLowerCase())];
    this.expectations = names
      .filter((name) => name.startsWith(PREFIX) && !NOT_VALUES.includes(name.slice(PREFIX.length)))
      .map((header) => ({
        header,
        hash: newHash(header.slice(PREFIX.length)),
        encoding: "base64",
        value: this.header(header),
        mismatchCode: "BadDigest",
      }));
    this.expectMd5(this.header("content-md5"));
    this.expectPayloadHash(this.header("x-amz-content-sha256"));
  }

  /** Passes the content through and throws S3Error BadDigest or XAmzContentSHA256Mismatch at its end. */
  async *verify(
    content: AsyncIterable<Buffer>,
    trailers: ReadonlyMap<string, string>,
  ): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      for (const { hash } of this.expectations) hash.update(chunk);
      yield chunk;
    }
    for (const expectation of this.expectations) {
      expectation.value ??= trailers.get(expectation.header);
      const computed = Buffer.from(await expectation.hash.digest()).toString(expectation.encoding);
      if (computed === expectation.value) continue;
      throw new S3Error(
        expectation.mismatchCode,
        `The content received has ${expectation.header} ${computed}, but ${expectation.value ?? "nothing"} was announced. Nothing was stored; send it again.`,
      );
    }
  }

  /** The x-amz-checksum-* headers that answer an upload; complete once the content was verified. */
  get answer(): Record<string, string> {
    const checked = this.expectations.filter(({ header }) => header.startsWith(PREFIX));
    return Object.fromEntries(checked.map(({ header, value }) => [header, value ?? ""]));
  }

  private expectMd5(value: string | undefined): void {
    if (value === undefined) return;
    if (Buffer.from(value, "base64").length !== 16) {
      throw new S3Error("InvalidDigest", `Content-MD5 "${value}" is not 16 bytes in Base64.`);
    }
    const md5 = createHash("md5");
    this.expectations.push({
      header: "content-md5",
      hash: { update: (chunk) => md5.update(chunk), digest: async () => md5.digest() },
      encoding: "base64",
      value,
      mismatchCode: "BadDigest",
    });
  }

  private expectPayloadHash(value: string | undefined): void {
    // Else it is UNSIGNED-PAYLOAD or one of the STREAMING-… words.
    if (value === undefined || !/^[0-9a-f]{64}$/.test(value)) return;
    this.expectations.push({
      header: "x-amz-content-sha256",
      hash: new Sha256(),
      encoding: "hex",
      value,
      mismatchCode: "XAmzContentSHA256Mismatch",
    });
  }

  private header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value.join(",") : value;
  }
}

function newHash(algorithm: string): Hash {
  const known = Object.entries(ALGORITHMS).find(([name]) => name === algorithm);
  if (known) return new known[1]();
  throw new S3Error(
    "InvalidRequest",
    `The stand-in for s3 doesn't support the checksum "${algorithm}". It supports: ${Object.keys(ALGORITHMS).join(", ")}.`,
  );
}
