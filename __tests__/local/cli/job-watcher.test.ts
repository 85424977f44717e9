import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { DynamoDb } from "aws-stand-ins/dynamodb/service";
import { Gateway } from "aws-stand-ins/gateway";
import type { StoredObject } from "aws-stand-ins/s3/model";
import { targetOf } from "aws-stand-ins/service";
import { JobWatcher } from "../../../local/cli/job-watcher";
import { temporaryFolder } from "../../temporary-folder";

const folder = temporaryFolder();
const calls: string[] = [];
let gateway: Gateway;
let clientOptions: ConstructorParameters<typeof JobWatcher>[0]["clientOptions"];
let client: DynamoDBDocumentClient;
let isIdle: jest.Mock<Promise<boolean>>;
let watcher: JobWatcher;

beforeAll(async () => {
  gateway = new Gateway("000000000000");
  gateway.serve(new DynamoDb(join(folder, "dynamodb")));
  gateway.intercept({
    intercept: (call, next) => {
      calls.push(targetOf(call));
      return next(call.response);
    },
  });
  clientOptions = {
    endpoint: await gateway.listen(0),
    region: "eu-south-2",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  client = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions));
  const attribute = { AttributeName: "jobId" };
  await client.send(
    new CreateTableCommand({
      TableName: "jobs",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ ...attribute, AttributeType: "S" }],
      KeySchema: [{ ...attribute, KeyType: "HASH" }],
    }),
  );
});
afterAll(() => gateway.stop());

beforeEach(() => {
  isIdle = jest.fn(async () => true);
  const failures = [{ source: "processor", message: "It failed." }];
  watcher = new JobWatcher({ clientOptions, failures, isIdle, jobTable: "jobs", percentComplete: () => 42 });
  calls.length = 0;
});

const upload = (key: string) => ({ bucket: "raw", key, versionId: "1" }) as StoredObject;

async function write(...rows: { key: string; status: string }[]): Promise<void> {
  const puts = rows.map(({ key, status }) => {
    const row = { jobId: key, status, inputBucket: "raw", inputFile: key, inputVersionId: "1" };
    return { PutRequest: { Item: { ...row, mediaConvertJobId: "mc" } } };
  });
  while (puts.length > 0)
    await client.send(new BatchWriteCommand({ RequestItems: { jobs: puts.splice(0, 25) } }));
}

describe("the watcher of jobs", () => {
  it("reads the rows of all jobs at once, 100 a call", async () => {
    isIdle.mockResolvedValueOnce(false);
    const keys = Array.from({ length: 150 }, (_, index) => `many/${index}`);
    await write(...keys.map((key) => ({ key, status: "COMPLETE" })));
    calls.length = 0;
    const jobs = await Promise.all(keys.map((key) => watcher.watch(upload(key), () => {})));
    expect(jobs.map(({ row }) => row?.status)).toEqual(keys.map(() => "COMPLETE"));
    expect(calls).toEqual(["Scan", "BatchGetItem", "BatchGetItem"]);
    expect(isIdle).toHaveBeenCalledTimes(2);
  });

  it("shows each status and the percentage, and ends once the pipeline is idle", async () => {
    const shown: string[] = [];
    isIdle.mockImplementation(async () => {
      if (shown.length === 1) await write({ key: "slow", status: "COMPLETE" });
      return shown.length > 2;
    });
    await write({ key: "slow", status: "PROCESSING" });
    const job = await watcher.watch(upload("slow"), (...progress) => void shown.push(progress.join(" ")));
    expect(job).toMatchObject({ row: { status: "COMPLETE" }, stuck: undefined });
    expect(shown).toEqual(["PROCESSING 42", "COMPLETE 100", "COMPLETE 100", "COMPLETE 100"]);
  });

  it("gives up on a job that an idle pipeline doesn't end, and says why", async () => {
    await write({ key: "stuck", status: "PROCESSING" });
    const jobs = ["stuck", "lost"].map((key) => watcher.watch(upload(key), () => {}));
    expect((await Promise.all(jobs)).map(({ stuck }) => stuck)).toEqual([
      "The job is still PROCESSING, and the pipeline is idle. processor: It failed.",
      "No job row was written, and the pipeline is idle. processor: It failed.",
    ]);
  });

  it("fails every watch if the table can't be read, and watches again afterwards", async () => {
    isIdle.mockRejectedValueOnce(new Error("no queue"));
    const jobs = ["a", "b"].map((key) => watcher.watch(upload(key), () => {}));
    expect(await Promise.allSettled(jobs)).toMatchObject(Array(2).fill({ reason: { message: "no queue" } }));
    await write({ key: "after", status: "ERROR" });
    expect(await watcher.watch(upload("after"), () => {})).toMatchObject({ row: { status: "ERROR" } });
  });
});
