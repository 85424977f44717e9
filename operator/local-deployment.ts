import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { z } from "zod";
import type { Deployment } from "./deployment";
import { OperatorError } from "./operator-error";

/** What the local pipeline says about itself (docs/local.md). */
const description = z.object({
  region: z.string(),
  jobTable: z.string(),
  playback: z
    .object({
      origin: z.string(),
      publicKeys: z.array(z.object({ id: z.string(), pem: z.string() })),
      privateKeyFile: z.string().optional(),
    })
    .optional(),
});

/** @param endpoint of the local pipeline. @throws {OperatorError} unless one is running there, with delivery */
export async function localDeployment(endpoint: string): Promise<Deployment> {
  const { region, jobTable, playback } = await describe(endpoint);
  if (playback === undefined) {
    throw new OperatorError(
      `The pipeline at ${endpoint} has no distribution. Start it with npm run dev, without --stack.`,
    );
  }
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  // Whatever the user's set-up says for AWS.
  const client = { endpoint, region, credentials, useFipsEndpoint: false, useDualstackEndpoint: false };
  return {
    jobs: { client: new DynamoDBClient(client), table: jobTable },
    publicKeys: async () => playback.publicKeys,
    privateKeyFile: playback.privateKeyFile,
    playbackOrigin: playback.origin,
  };
}

async function describe(endpoint: string): Promise<z.infer<typeof description>> {
  // The endpoint finds the service by the scope of the signature, which it doesn't verify.
  const authorization = "AWS4-HMAC-SHA256 Credential=local/20260101/local/media-pipeline/aws4_request";
  try {
    const response = await fetch(endpoint, { headers: { authorization } });
    return description.parse(await response.json());
  } catch {
    throw new OperatorError(`No local pipeline answers at ${endpoint}. Start it with npm run dev.`);
  }
}
