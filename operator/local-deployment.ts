import * as z from "zod";
import { physicalNames } from "../constructs/naming";
import { Clients } from "./clients";
import type { Deployment } from "./deployment";
import { OperatorError } from "./operator-error";

/** What the local pipeline says about itself (docs/local.md). */
const description = z.object({
  region: z.string(),
  jobTable: z.string(),
  rawBucket: z.string(),
  stackDirectory: z.string(),
  pagesOrigin: z.string().optional(),
  playback: z
    .object({
      origin: z.string(),
      publicKeys: z.array(z.object({ id: z.string(), pem: z.string() })),
      privateKeyFile: z.string().optional(),
    })
    .optional(),
});

/** @param endpoint of the local pipeline. @throws {OperatorError} unless one is running there */
export async function localDeployment(endpoint: string): Promise<Deployment> {
  if (!/^https?:/.test(endpoint) || !URL.canParse(endpoint)) {
    throw new OperatorError(
      `--local takes a URL such as http://127.0.0.1:4566, not '${endpoint}'. To use the default URL, put --local last.`,
    );
  }
  const { region, jobTable, rawBucket, playback, pagesOrigin, stackDirectory } = await describe(endpoint);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  // Whatever the user's set-up says for AWS.
  const client = { endpoint, region, credentials, useFipsEndpoint: false, useDualstackEndpoint: false };
  return {
    selector: `--local ${endpoint}`,
    isLocal: true,
    clients: new Clients(client, () => region),
    names: physicalNames(suffixOf(jobTable), ""),
    rawBucket: async () => rawBucket,
    publicKeys: async () => {
      if (playback !== undefined) return playback.publicKeys;
      throw new OperatorError(
        `The pipeline at ${endpoint} has no distribution. Start it with npm run dev, without --stack.`,
      );
    },
    privateKeyFile: playback?.privateKeyFile,
    playbackOrigin: playback?.origin,
    pagesOrigin,
    stackDirectory,
  };
}

const suffixOf = (jobTable: string) => jobTable.slice(physicalNames("", "").tables.jobs.length);

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
