import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";

/** A file doesn't hold a public key that CloudFront accepts. The message never contains the file's content. */
export class PlaybackKeyError extends Error {
  override readonly name = "PlaybackKeyError";
}

/**
 * Reads a public key, in the same spelling whatever tool wrote the file.
 *
 * @returns SPKI in PEM with a final newline, as CloudFront returns it: without it, every plan would replace the key
 * @throws {PlaybackKeyError} unless the file holds a public RSA key of 2048 bits
 */
export function readPublicKey(file: string): string {
  const key = parse(file);
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
  if (key.asymmetricKeyType !== "rsa" || key.asymmetricKeyDetails?.modulusLength !== 2048) {
    throw new PlaybackKeyError(
      `${file} isn't an RSA key of 2048 bits; make one with openssl (docs/playback.md)`,
    );
  }
  return key.export({ type: "spki", format: "pem" }).toString();
}

function parse(file: string): KeyObject {
  const text = read(file);
  // createPublicKey would accept a private key and derive the public one.
  if (text.includes("PRIVATE KEY")) {
    throw new PlaybackKeyError(
      "the file holds a private key, which must stay secret; name the file of the public key",
    );
  }
  try {
    return createPublicKey(text);
  } catch {
    throw new PlaybackKeyError(`${file} doesn't hold a public key in PEM`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    // The path itself may be a key, so the message doesn't repeat it.
    throw new PlaybackKeyError(
      `the file can't be read (${(error as NodeJS.ErrnoException).code}); check the path`,
    );
  }
}

/** The first 16 hex digits of a PEM key's SHA-256: the part of a key's name that tells keys apart. */
export function fingerprintOf(publicKey: string): string {
  return createHash("sha256").update(publicKey).digest("hex").slice(0, 16);
}
