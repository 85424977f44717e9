import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { OperatorError } from "./operator-error";

/** A private key that signs playback. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** Where it was read, for messages. */
  readonly source: string;
}

/** @throws {OperatorError} that doesn't repeat what the file holds */
export function readKeyFile(file: string): SigningKey {
  let pem: string;
  try {
    pem = readFileSync(file, "utf8");
  } catch (error) {
    throw new OperatorError(`The key can't be read (${(error as NodeJS.ErrnoException).code}). Check --key.`);
  }
  return parseKey(pem, file, "--key");
}

/**
 * Reads the current version of a secret in Secrets Manager, with the SDK's own credentials.
 *
 * @param endpoint @default AWS, in the region of the ARN
 * @throws {OperatorError} that doesn't repeat what the secret holds
 */
export async function readKeySecret(arn: string, endpoint?: string): Promise<SigningKey> {
  const region = regionOfSecret(arn);
  if (region === undefined)
    throw new OperatorError(`'${arn}' isn't the ARN of a secret. Check --key-secret.`);
  // Only this option needs the client.
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({ endpoint, region });
  let pem: string;
  try {
    const { SecretString, SecretBinary = new Uint8Array() } = await client.send(
      new GetSecretValueCommand({ SecretId: arn }),
    );
    pem = SecretString ?? Buffer.from(SecretBinary).toString("utf8");
  } catch (error) {
    throw new OperatorError(
      `The secret can't be read (${(error as Error).name}). Check --key-secret, and that you may call ` +
        "secretsmanager:GetSecretValue and decrypt with its key.",
    );
  }
  return parseKey(pem, arn, "--key-secret");
}

/** Undefined if the text isn't the ARN of a secret. */
function regionOfSecret(arn: string): string | undefined {
  return /^arn:[\w-]+:secretsmanager:([a-z0-9-]+):\d{12}:secret:\S+$/.exec(arn)?.[1];
}

/** The message doesn't pass on what the parser says: it could quote the key. */
function parseKey(pem: string, source: string, option: string): SigningKey {
  try {
    return { privateKey: createPrivateKey(pem), source };
  } catch {
    throw new OperatorError(`${source} doesn't hold a private key in PEM. Check ${option}.`);
  }
}
