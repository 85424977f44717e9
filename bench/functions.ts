import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";
import { BUNDLE_OPTIONS, bundleLambda } from "../constructs/lambda-bundle";
import { measureNode } from "./measured-process";
import type { Row } from "./table";

/** What each function calls. */
const CALLS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "media-processor": {
    "@aws-sdk/lib-dynamodb": [
      "DynamoDBDocumentClient",
      "GetCommand",
      "PutCommand",
      "UpdateCommand",
      "QueryCommand",
    ],
    "@aws-sdk/client-dynamodb": ["DynamoDBClient"],
    "@aws-sdk/client-mediaconvert": [
      "MediaConvertClient",
      "ProbeCommand",
      "CreateJobCommand",
      "SearchJobsCommand",
    ],
    "@aws-sdk/client-s3": ["S3Client", "HeadObjectCommand", "GetObjectCommand", "ListObjectsV2Command"],
    "@aws-sdk/client-sns": ["SNSClient", "PublishCommand"],
    "@aws-sdk/client-sqs": ["SQSClient", "SendMessageCommand"],
  },
  "status-updater": {
    "@aws-sdk/lib-dynamodb": ["DynamoDBDocumentClient", "GetCommand", "UpdateCommand"],
    "@aws-sdk/client-dynamodb": ["DynamoDBClient"],
    "@aws-sdk/client-mediaconvert": ["MediaConvertClient", "CancelJobCommand"],
    "@aws-sdk/client-s3": ["S3Client", "GetObjectCommand", "ListObjectsV2Command", "PutObjectCommand"],
    "@aws-sdk/client-sns": ["SNSClient", "PublishCommand"],
  },
  "job-sweeper": {
    "@aws-sdk/lib-dynamodb": ["DynamoDBDocumentClient", "GetCommand", "UpdateCommand", "QueryCommand"],
    "@aws-sdk/client-dynamodb": ["DynamoDBClient"],
    "@aws-sdk/client-mediaconvert": ["MediaConvertClient", "GetJobCommand", "CancelJobCommand"],
    "@aws-sdk/client-s3": ["S3Client", "GetObjectCommand", "ListObjectsV2Command", "PutObjectCommand"],
    "@aws-sdk/client-sns": ["SNSClient", "PublishCommand"],
    "@aws-sdk/client-sqs": ["SQSClient", "SendMessageCommand"],
  },
};

/**
 * The functions' archives and starts, relative to their floor: the same calls of the SDK and nothing else, bundled the same
 * way.
 *
 * @param stackDirectory the stack that has their environment variables
 */
export async function measureFunctions(
  directory: string,
  stackDirectory: string,
  runs: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, calls] of Object.entries(CALLS)) {
    const folder = await mkdtemp(join(directory, `${name}-`));
    const file = bundleLambda(name, folder);
    const floorFile = join(folder, "floor.js");
    await writeFile(floorFile, await floorOf(calls));
    const env = { ...(await environmentOf(name, stackDirectory)), AWS_REGION: "eu-south-2" };
    const starts: [number[], number[]] = [[], []];
    // By turns, and the fastest of each: whatever else the machine does makes a start slower, never faster.
    for (let run = 0; run < runs; run += 1) {
      for (const [index, path] of [file, floorFile].entries()) {
        starts[index]?.push((await measureNode([path], { cwd: folder, env })).runMs);
      }
    }
    const [own, floor] = starts.map((times) => Math.min(...times)) as [number, number];
    const sizeKb = async (path: string) => deflateRawSync(await readFile(path)).length / 1000;
    const [ownKb, floorKb] = [await sizeKb(file), await sizeKb(floorFile)];
    rows.push(
      { what: `${name}, KB of its archive`, value: Math.round(ownKb), aim: 220, limit: 220 },
      { what: `${name}, archive`, value: ownKb / floorKb, limit: 1.6 },
      { what: `${name}, start to ready`, value: own / floor, aim: 1.4, limit: 1.8 },
    );
  }
  return rows;
}

interface FunctionArguments {
  readonly function_name: string;
  readonly environment: { readonly variables: Readonly<Record<string, string>> };
}

/** The environment variables of a function. */
export async function environmentOf(
  name: string,
  stackDirectory: string,
): Promise<Readonly<Record<string, string>>> {
  const stack = JSON.parse(await readFile(join(stackDirectory, "cdk.tf.json"), "utf8"));
  const functions = Object.values(stack.resource.aws_lambda_function) as FunctionArguments[];
  return functions.find((one) => one.function_name.startsWith(name))?.environment.variables ?? {};
}

async function floorOf(calls: Readonly<Record<string, readonly string[]>>): Promise<string> {
  const imports = Object.entries(calls).map(
    ([module, names]) => `import { ${names.join(", ")} } from "${module}";`,
  );
  const names = Object.values(calls).flat();
  const clients = names.filter((name) => name.endsWith("Client") && name !== "DynamoDBDocumentClient");
  const contents = [
    ...imports,
    `export const clients = [${clients.map((name) => `new ${name}({})`).join(", ")}];`,
    `export const calls = [${names.join(", ")}];`,
  ].join("\n");
  const { outputFiles } = await build({
    ...BUNDLE_OPTIONS,
    stdin: { contents, resolveDir: BUNDLE_OPTIONS.absWorkingDir },
    outdir: "floor",
  });
  return outputFiles?.[0]?.text ?? "";
}
