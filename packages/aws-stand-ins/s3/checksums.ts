import { createHash } from "node:crypto";
import { Crc32, Crc32c, Crc64Nvme } from "@aws-sdk/checksums/crc";
import { Sha1, Sha256 } from "@aws-sdk/checksums/sha";
import { S3Error } from "./error";

const PREFIX = "x-amz-checksum-";
/** Headers with the same prefix that name an algorithm or a mode, not a value. */
const NOT_VALUES = ["algorithm", "mode", "type"];
const ALGORITHMS = { crc32: Crc32, crc32c: Crc32c, crc64nvme: Crc64Nvme, sha1: Sha1, sha256: Sha256 };
const MD5 = "content-md5";
const PAYLOAD_HASH = "x-amz-content-sha256";

interface Hash {
  update(chunk: Buffer): void;
  digest(): Uint8Array | Promise<Uint8Array>;
}

/** One digest that the client announced. */
interface Expectation {
  header: string;
  hash: Hash;
  /** Undefined if it comes with the trailers. */
  value: string | undefined;
}

/**
 * Verifies an object's content against the digests that its client sends: Content-MD5, x-amz-content-sha256, and
 * x-amz-checksum-* as a header or, named in x-amz-trailer, after the content.
 */
export class ClientChecksums {
  private readonly expectations: Expectation[];

  /**
   * @param headers the request's, names in lower case
   * @throws S3Error InvalidRequest for an algorithm that S3 doesn't have, InvalidDigest for a malformed Content-MD5
   */
  constructor(headers: Readonly<Record<string, string | string[] | undefined>>) {
    const trailing = String(headers["x-amz-trailer"] ?? "").split(",");
    const names = new Set([...Object.keys(headers), ...trailing.map((name) => name.trim().toLowerCase())]);
    this.expectations = [...names].flatMap((header) => {
      const value = headers[header]?.toString();
      const hash = hashOf(header, value);
      return hash === undefined ? [] : [{ header, hash, value }];
    });
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
      const { header, hash } = expectation;
      expectation.value ??= trailers.get(header);
      const digest = Buffer.from(await hash.digest());
      const computed = digest.toString(header === PAYLOAD_HASH ? "hex" : "base64");
      if (computed === expectation.value) continue;
      throw new S3Error(
        header === PAYLOAD_HASH ? "XAmzContentSHA256Mismatch" : "BadDigest",
        `The content received has ${header} ${computed}, but ${expectation.value ?? "nothing"} was announced. Nothing was stored; send it again.`,
      );
    }
  }

  /** The x-amz-checksum-* headers that answer an upload; complete once the content was verified. */
  get answer(): Record<string, string> {
    const checked = this.expectations.filter(({ header }) => header.startsWith(PREFIX));
    return Object.fromEntries(checked.map(({ header, value }) => [header, value ?? ""]));
  }
}

/** The hash that a header's value is compared with; undefined if the header announces no digest. */
function hashOf(header: string, value = ""): Hash | undefined {
  if (header === MD5) {
    if (Buffer.from(value, "base64").length === 16) return createHash("md5");
    throw new S3Error("InvalidDigest", `Content-MD5 "${value}" is not 16 bytes in Base64.`);
  }
  // Else it is UNSIGNED-PAYLOAD or one of the STREAMING-… words.
  if (header === PAYLOAD_HASH) return /^[0-9a-f]{64}$/.test(value) ? new Sha256() : undefined;
  const algorithm = header.slice(PREFIX.length);
  if (!header.startsWith(PREFIX) || NOT_VALUES.includes(algorithm)) return undefined;
  const known = Object.entries(ALGORITHMS).find(([name]) => name === algorithm);
  if (known) return new known[1]();
  throw new S3Error(
    "InvalidRequest",
    `The stand-in for s3 doesn't support the checksum "${algorithm}". It supports: ${Object.keys(ALGORITHMS).join(", ")}.`,
  );
}
