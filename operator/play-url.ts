import { createPublicKey } from "node:crypto";
import { getSignedCookies } from "@aws-sdk/cloudfront-signer";
import { JobRepository } from "../lambdas/jobs/job-repository";
import { type Deployment, viewerUrl } from "./deployment";
import { OperatorError } from "./operator-error";
import { readKeyFile, type SigningKey } from "./signing-key";

export interface PlayUrlOptions {
  readonly jobId: string;
  readonly expiresInSeconds: number;
  /** @default the deployment's */
  readonly key?: SigningKey | undefined;
  /** @default the id of the deployment's public key that belongs to the private one */
  readonly keyPairId?: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Secret: for its lifetime, anyone who has it can watch the video. */
export interface PlayUrl {
  /** Of the HLS manifest. */
  readonly url: string;
  /** Valid for every object of the job. */
  readonly cookies: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/**
 * Signs access to every output of a finished job.
 *
 * @throws {OperatorError} if the job can't be played, or the key isn't one of the deployment's
 */
export async function playUrl(deployment: Deployment, options: PlayUrlOptions): Promise<PlayUrl> {
  const { jobId, expiresInSeconds, now } = options;
  const url = await playableManifest(deployment, jobId);
  const key = options.key ?? keyOf(deployment);
  const keyPairId = options.keyPairId ?? (await keyPairIdOf(key, deployment));
  const expires = Math.floor(now / 1000) + expiresInSeconds;
  const statement = {
    Resource: new URL(`/${jobId}/*`, url).href,
    Condition: { DateLessThan: { "AWS:EpochTime": expires } },
  };
  const cookies = getSignedCookies({
    keyPairId,
    privateKey: key.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    policy: JSON.stringify({ Statement: [statement] }),
  });
  const pairs = Object.entries(cookies).filter(([, value]) => value !== undefined);
  return {
    url: url.href,
    cookies: Object.fromEntries(pairs.map(([name, value]) => [name, String(value)])),
    expiresAt: new Date(expires * 1000).toISOString(),
  };
}

/** A command that fetches the manifest. */
export function curlLine({ url, cookies }: PlayUrl): string {
  const header = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  return `curl --cookie '${header.join("; ")}' '${url}'`;
}

/** The HLS manifest of a job. @throws {OperatorError} if the job can't be played */
export async function playableManifest(deployment: Deployment, jobId: string): Promise<URL> {
  const { clients, names } = deployment;
  const row = await new JobRepository(clients.dynamodb, names.tables.jobs).find(jobId);
  if (row === undefined)
    throw new OperatorError(`${names.tables.jobs} has no job ${jobId}. Check the id and --env.`);
  if (row.status !== "COMPLETE") {
    throw new OperatorError(`The job is ${row.status}. Only a COMPLETE job can be played.`);
  }
  const manifest = row.playback?.hlsManifest;
  if (manifest === undefined) {
    throw new OperatorError(
      "The job finished without playback keys (docs/playback.md). Transcode the video again.",
    );
  }
  return viewerUrl(deployment, manifest);
}

function keyOf({ privateKeyFile }: Deployment): SigningKey {
  if (privateKeyFile === undefined)
    throw new OperatorError("Name the signing key with --key or --key-secret.");
  return readKeyFile(privateKeyFile);
}

async function keyPairIdOf({ privateKey, source }: SigningKey, deployment: Deployment): Promise<string> {
  const publicKey = createPublicKey(privateKey.export({ type: "pkcs8", format: "pem" }));
  const keys = await deployment.publicKeys();
  const own = keys.find(({ pem }) => createPublicKey(pem).equals(publicKey));
  if (own !== undefined) return own.id;
  throw new OperatorError(
    `${source} belongs to none of the environment's public keys. Check the key and --env, or PLAYBACK_PUBLIC_KEY_FILES.`,
  );
}
