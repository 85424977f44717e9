import { physicalNames } from "../constructs/naming";
import { Clients } from "./clients";
import type { Deployment } from "./deployment";
import { LocalRun } from "./local-run";
import { OperatorError } from "./operator-error";

/** @param endpoint of the local pipeline. @throws {OperatorError} unless one is running there */
export async function localDeployment(endpoint: string): Promise<Deployment> {
  if (!/^https?:/.test(endpoint) || !URL.canParse(endpoint)) {
    throw new OperatorError(
      `--local takes a URL such as http://127.0.0.1:4566, not '${endpoint}'. To use the default URL, put --local last.`,
    );
  }
  const run = new LocalRun(endpoint);
  const { region, jobTable, rawBucket, playback, pagesOrigin, stackDirectory } = await run.describe();
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
    run,
  };
}

const suffixOf = (jobTable: string) => jobTable.slice(physicalNames("", "").tables.jobs.length);
