import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDataDirectory } from "../data-directory";

/** Paths of a key pair in PEM. */
export interface PlaybackKey {
  readonly publicFile: string;
  readonly privateFile: string;
}

/**
 * The data directory's key pair, made if there is none. Only its owner can read the private key.
 *
 * @throws {DataDirectoryError} if the directory can't be created or written to
 */
export function playbackKeyIn(dataDirectory: string): PlaybackKey {
  createDataDirectory(dataDirectory);
  const directory = join(dataDirectory, "playback");
  const key = { publicFile: join(directory, "public.pem"), privateFile: join(directory, "private.pem") };
  if (existsSync(key.publicFile)) return key;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    // The size that CloudFront accepts (docs/playback.md).
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  writeFileSync(key.privateFile, privateKey, { mode: 0o600 });
  // Last and whole: the pair is complete once its public key exists.
  writeFileSync(`${key.publicFile}.new`, publicKey);
  renameSync(`${key.publicFile}.new`, key.publicFile);
  return key;
}
