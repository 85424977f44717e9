import { type CloudFrontClient, ListPublicKeysCommand } from "@aws-sdk/client-cloudfront";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { physicalNames } from "../constructs/naming";
import { defaultTranscodeRegion } from "../constructs/regions";
import { Clients } from "./clients";
import type { Deployment, PublicKey } from "./deployment";

interface AwsOptions {
  /** @default AWS */
  readonly endpoint?: string;
  /** Of the pipeline. @default the SDK's own configuration */
  readonly region?: string | undefined;
  /** Of MediaConvert. @default as the stack derives it from the pipeline's region */
  readonly transcodeRegion?: string | undefined;
}

/** The environment with the suffix, in the account of the SDK's own credentials. */
export function awsDeployment(
  suffix: string,
  { endpoint, region, transcodeRegion }: AwsOptions = {},
): Deployment {
  const clients = new Clients(
    { endpoint, region },
    (homeRegion) => transcodeRegion ?? defaultTranscodeRegion(homeRegion) ?? homeRegion,
  );
  return {
    selector: `--env ${suffix}`,
    isLocal: false,
    clients,
    names: physicalNames(suffix, ""),
    rawBucket: async () => {
      const { Account = "" } = await clients.sts.send(new GetCallerIdentityCommand());
      return physicalNames(suffix, Account).mediaBuckets.raw;
    },
    publicKeys: () => listPublicKeys(clients.cloudFront, suffix),
  };
}

async function listPublicKeys(client: CloudFrontClient, suffix: string): Promise<PublicKey[]> {
  const keys: PublicKey[] = [];
  let marker: string | undefined;
  do {
    const { PublicKeyList: page } = await client.send(new ListPublicKeysCommand({ Marker: marker }));
    for (const { Id: id, Name: name, EncodedKey: pem } of page?.Items ?? []) {
      // Two environments may have the same key under two ids.
      if (id !== undefined && pem !== undefined && isKeyOf(suffix, name)) keys.push({ id, pem });
    }
    marker = page?.NextMarker;
  } while (marker !== undefined);
  return keys;
}

/** The name ends in 16 digits of the key's fingerprint. */
function isKeyOf(suffix: string, name = ""): boolean {
  return name.slice(0, -"-0123456789abcdef".length) === physicalNames(suffix, "").delivery.publicKey;
}
