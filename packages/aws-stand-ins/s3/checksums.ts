import { createHash } from "node:crypto";
import { Crc32, Crc32c, Crc64Nvme } from "@aws-sdk/checksums/crc";
import { Sha1, Sha256 } from "@aws-sdk/checksums/sha";
import { S3Error } from "./error";
import type { Checksum, ChecksumAlgorithm } from "./model";

const PREFIX = "x-amz-checksum-";
/** Headers with the same prefix that name an algorithm or a mode, not a value. */
const NOT_VALUES = ["algorithm", "mode", "type"];
const ALGORITHMS: Readonly<Record<ChecksumAlgorithm, new () => Hash>> = {
  crc32: Crc32,
  crc32c: Crc32c,
  crc64nvme: Crc64Nvme,
  sha1: Sha1,
  sha256: Sha256,
};
const ALGORITHM_NAMES = Object.keys(ALGORITHMS) as ChecksumAlgorithm[];
/** The headers of the checksums. */
export const CHECKSUM_HEADERS: readonly string[] = ALGORITHM_NAMES.map((name) => PREFIX + name);
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

  /** The x-amz-checksum-* that the client sent; undefined without one, and until the content was verified. */
  get checksum(): Checksum | undefined {
    for (const { header, value } of this.expectations) {
      const algorithm = ALGORITHM_NAMES.find((name) => header === PREFIX + name);
      if (algorithm !== undefined && value !== undefined) return { algorithm, value, type: "FULL_OBJECT" };
    }
    return undefined;
  }
}

/** Passes a content through. @returns with it, its checksum, once it is read to its end */
export function digesting(
  content: AsyncIterable<Buffer>,
  algorithm: ChecksumAlgorithm | undefined,
): { content: AsyncIterable<Buffer>; checksum: () => Promise<Checksum | undefined> } {
  if (algorithm === undefined) return { content, checksum: async () => undefined };
  const hash = new ALGORITHMS[algorithm]();
  const pass = async function* () {
    for await (const chunk of content) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const digest = async () => Buffer.from(await hash.digest()).toString("base64");
  return {
    content: pass(),
    checksum: async () => ({ algorithm, value: await digest(), type: "FULL_OBJECT" }),
  };
}

/** The checksum of an object that was uploaded in parts, of the checksums of its parts in Base64. */
export async function compositeChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly string[],
): Promise<Checksum> {
  const hash = new ALGORITHMS[algorithm]();
  hash.update(Buffer.concat(parts.map((value) => Buffer.from(value, "base64"))));
  const value = Buffer.from(await hash.digest()).toString("base64");
  return { algorithm, value: `${value}-${parts.length}`, type: "COMPOSITE" };
}

/** The headers that answer with a checksum. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [PREFIX + checksum.algorithm]: checksum.value, "x-amz-checksum-type": checksum.type };
}

/** The elements that answer with a checksum. */
export function checksumElements(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [elementOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type };
}

/** `ChecksumCRC32` */
export const elementOf = (algorithm: ChecksumAlgorithm) => `Checksum${algorithm.toUpperCase()}`;

/** @throws S3Error InvalidRequest for a name that isn't an algorithm */
export function algorithmOf(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const algorithm = ALGORITHM_NAMES.find((one) => one === name.toLowerCase());
  if (algorithm !== undefined) return algorithm;
  throw unknownAlgorithm(name);
}

function unknownAlgorithm(name: string): S3Error {
  return new S3Error(
    "InvalidRequest",
    `The stand-in for s3 doesn't support the checksum "${name}". It supports: ${ALGORITHM_NAMES.join(", ")}.`,
  );
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
  const known = ALGORITHM_NAMES.find((name) => name === algorithm);
  if (known !== undefined) return new ALGORITHMS[known]();
  throw unknownAlgorithm(algorithm);
}
