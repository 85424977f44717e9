import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { temporaryFolder } from "../../temporary-folder";
import { runScript } from "../commands";
import { eventually } from "../eventually";
import { DevPipeline } from "../local/dev-pipeline";

// Before the folder is removed.
afterAll(() => pipeline.interrupt());
const folder = temporaryFolder();
const KEYS = Array.from({ length: 10 }, (_, index) => `show-${index}.mp4`);
let pipeline: DevPipeline;
let lambda: LambdaClient;
let rows: DynamoDBDocumentClient;

const media = (...parameters: string[]) =>
  runScript("operator/main.ts", [...parameters, "--local", pipeline.endpointUrl]);

async function json<Document>(...parameters: string[]): Promise<Document> {
  return JSON.parse((await media(...parameters, "--json")).stdout);
}

async function enableMapping(Enabled: boolean): Promise<void> {
  const list = new ListEventSourceMappingsCommand({});
  const [mapping] = (await lambda.send(list)).EventSourceMappings ?? [];
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping?.UUID, Enabled }));
  await eventually("the mapping's state", async () => {
    const State = (await lambda.send(list)).EventSourceMappings?.[0]?.State;
    return State === (Enabled ? "Enabled" : "Disabled") ? true : undefined;
  });
}

beforeAll(async () => {
  pipeline = await DevPipeline.startWith(
    {},
    join(folder, "data"),
    ...["--instant", "--faults", `errorJobs=${KEYS.length}`],
  );
  const client = {
    endpoint: pipeline.endpointUrl,
    region: "eu-south-2",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  lambda = new LambdaClient(client);
  rows = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const files = KEYS.map((key) => join(folder, key));
  for (const file of files) await writeFile(file, "instant mode accepts any bytes");
  await media("upload", ...files, "--wait");
});
afterAll(() => lambda.destroy());

describe("an operator who has nothing but the command", () => {
  it("finds out what became of an upload, and what to do", async () => {
    const { stdout } = await media("why", "show-0.mp4");
    expect(stdout).toMatch(/^show-0\.mp4: ERROR, job [0-9a-f]{64}\n/);
    expect(stdout).toMatch(/\nThe error's page: docs\/errors\.md#mediaconvert_1999\n/);
    expect(stdout).toMatch(/\nNext: npm run media -- retry [0-9a-f]{64} --local \S+\n$/);
  });

  it("finds out what failed since yesterday, and for each what to do", async () => {
    const failed = await json<{ jobId: string; inputFile: string }[]>(
      "list",
      "--status",
      "ERROR",
      "--since",
      "1d",
    );
    expect(failed.map(({ inputFile }) => inputFile).toSorted()).toEqual(KEYS);
    const stories = await Promise.all(
      failed.slice(0, 3).map(({ jobId }) => json<{ next: string }>("why", jobId)),
    );
    for (const { next } of stories) expect(next).toMatch(/^npm run media -- retry [0-9a-f]{64} --local /);
  });

  it("redoes the ten, finds out why nothing moves, and sees all ten complete", async () => {
    await enableMapping(false);
    const { stdout } = await media("replay", "--key", "show-", "--status", "ERROR", "--limit", "10", "--yes");
    expect(stdout).toMatch(/^Runs again: (show-\d\.mp4(, |\.\n)){10}/);

    const { status, stdout: found } = await media("doctor", "--quiet");
    expect({ status, found }).toEqual({
      status: 1,
      found: expect.stringMatching(/^fix {5}event-source-mapping: .* is Disabled .* --enabled\n$/),
    });
    await enableMapping(true);
    await eventually("the ten second runs", async () => {
      const { Items = [] } = await rows.send(new ScanCommand({ TableName: "media-jobs-dev" }));
      const complete = Items.filter(({ status }) => status === "COMPLETE");
      return complete.length === KEYS.length ? true : undefined;
    });
    const stuck = await Promise.all([
      json("list", "--status", "SUBMITTED"),
      json("list", "--status", "PROCESSING"),
      json("dead-letters", "list"),
    ]);
    expect({ stuck, doctor: (await media("doctor")).status }).toEqual({ stuck: [[], [], []], doctor: 0 });
  });

  it("finds out what last week cost", async () => {
    expect(await json("cost", "--since", "7d")).toMatchObject({ groups: [{ jobs: KEYS.length }] });
    expect((await media("cost", "--since", "7d")).stdout).toMatch(
      /\nA month like this costs about \$[\d.]+\.\n/,
    );
  });
});
