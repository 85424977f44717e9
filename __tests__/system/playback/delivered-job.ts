import { readFile } from "node:fs/promises";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { runScript } from "../commands";
import { eventually } from "../eventually";
import type { DevPipeline } from "../local/dev-pipeline";

const credentials = { accessKeyId: "developer", secretAccessKey: "local" };

/** Uploads a video to a pipeline with the default settings. @returns the id of its job, which is COMPLETE */
export async function deliver({ endpointUrl }: DevPipeline, name: string, file: string): Promise<string> {
  const options = { endpoint: endpointUrl, region: "eu-south-2", credentials };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  await s3.send(
    new PutObjectCommand({ Bucket: "raw-videos-dev-000000000000", Key: name, Body: await readFile(file) }),
  );
  const table = new DynamoDBClient(options);
  return eventually(`the job of ${name}`, async () => {
    const { Items = [] } = await table.send(new ScanCommand({ TableName: "media-jobs-dev" }));
    const row = Items.find(({ inputFile }) => inputFile?.S === name);
    if (row?.status?.S === "ERROR") throw new Error(`${name}: ${JSON.stringify(row.error)}`);
    return row?.status?.S === "COMPLETE" ? row.jobId?.S : undefined;
  });
}

export interface SignedJob {
  readonly url: string;
  readonly cookies: Readonly<Record<string, string>>;
  readonly expiresAt: string;
}

/** Runs `play-url` with `--json`. */
export async function sign(
  { endpointUrl }: DevPipeline,
  jobId: string,
  ...options: string[]
): Promise<SignedJob> {
  const commandLine = ["play-url", jobId, "--local", endpointUrl, "--json", ...options];
  const { status, stdout, stderr } = await runScript("operator/main.ts", commandLine);
  if (status !== 0) throw new Error(`play-url ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** The header `Cookie`. */
export function cookieHeader({ cookies }: SignedJob): string {
  return Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
}
