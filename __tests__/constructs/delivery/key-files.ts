import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface KeyFiles {
  readonly publicFile: string;
  readonly privateFile: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Makes a key pair in two PEM files of a temporary directory. */
export function makeKeyFiles(modulusLength = 2048): KeyFiles {
  const directory = mkdtempSync(join(tmpdir(), "keys-"));
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const [publicFile, privateFile] = [join(directory, "public.pem"), join(directory, "private.pem")];
  writeFileSync(publicFile, publicKey);
  writeFileSync(privateFile, privateKey);
  return { publicFile, privateFile, publicKey, privateKey };
}

/** Settings that add a distribution. */
export function playbackSettings(...keys: KeyFiles[]): Record<string, string> {
  return {
    PLAYBACK_PUBLIC_KEY_FILES: keys.map(({ publicFile }) => publicFile).join(","),
    CORS_ALLOWED_ORIGINS: "https://www.example.com",
  };
}
