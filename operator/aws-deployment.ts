import { CloudFrontClient, ListPublicKeysCommand } from "@aws-sdk/client-cloudfront";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Deployment, PublicKey } from "./deployment";

/**
 * The environment with the suffix, in the account and region of the SDK's own configuration.
 *
 * @param endpoint of DynamoDB and CloudFront. @default AWS
 */
export function awsDeployment(suffix: string, endpoint?: string): Deployment {
  return {
    jobs: { client: new DynamoDBClient({ endpoint }), table: `media-jobs-${suffix}` },
    // CloudFront's one endpoint is in us-east-1: https://docs.aws.amazon.com/general/latest/gr/cf_region.html
    publicKeys: () => listPublicKeys(new CloudFrontClient({ endpoint, region: "us-east-1" }), suffix),
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
  return name.slice(0, -"-0123456789abcdef".length) === `media-playback-key-${suffix}`;
}
