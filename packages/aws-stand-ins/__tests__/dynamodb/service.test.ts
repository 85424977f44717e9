import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  ScanCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { ClassicLevel } from "classic-level";
import { DynamoDb } from "../../dynamodb/service";
import { Gateway } from "../../gateway";

const root = mkdtempSync(join(tmpdir(), "dynamodb-"));
const gateways: Gateway[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
});
afterAll(() => rmSync(root, { recursive: true }));

async function start(directory: string): Promise<DynamoDBClient> {
  const service = new DynamoDb(directory);
  await service.open();
  const gateway = new Gateway("000000000000");
  gateways.push(gateway);
  gateway.serve(service);
  const endpoint = await gateway.listen(0);
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  return new DynamoDBClient({ endpoint, region: "eu-south-2", credentials, maxAttempts: 1 });
}

const stop = () => Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
const newDirectory = () => mkdtempSync(join(root, "run-"));

const createTable = new CreateTableCommand({
  TableName: "jobs",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
});
const put = (id: string) => new PutItemCommand({ TableName: "jobs", Item: { id: { S: id } } });
const get = (id: string) => new GetItemCommand({ TableName: "jobs", Key: { id: { S: id } } });

it("keeps its items for the next process", async () => {
  const directory = newDirectory();
  const client = await start(directory);
  await client.send(createTable);
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 1 },
    { TableName: createTable.input.TableName },
  );
  await client.send(put("a"));
  await stop();
  const { Items } = await (await start(directory)).send(new ScanCommand({ TableName: "jobs" }));
  expect(Items).toEqual([{ id: { S: "a" } }]);
});

it("refuses in DynamoDB's words", async () => {
  const client = await start(newDirectory());
  await expect(client.send(get("a"))).rejects.toBeInstanceOf(ResourceNotFoundException);
  await client.send(createTable);
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 1 },
    { TableName: createTable.input.TableName },
  );
  const query = new QueryCommand({ TableName: "jobs", KeyConditionExpression: "nothing" });
  await expect(client.send(query)).rejects.toMatchObject({ name: "ValidationException" });
});

it("answers 500 to a write that the disk has no space for, and accepts the next one when there is", async () => {
  const client = await start(newDirectory());
  await client.send(createTable);
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 1 },
    { TableName: createTable.input.TableName },
  );
  await client.send(put("before"));
  const full = jest.spyOn(ClassicLevel.prototype, "_put" as never) as unknown as jest.SpyInstance;
  full.mockImplementation(async () => {
    throw Object.assign(new Error("IO error: 000003.log: No space left on device"), {
      code: "LEVEL_IO_ERROR",
    });
  });
  await expect(client.send(put("during"))).rejects.toMatchObject({
    name: "InternalServerError",
    message: expect.stringContaining("No space left on device"),
    $metadata: { httpStatusCode: 500 },
  });
  full.mockRestore();
  await client.send(put("after"));
  const { Items } = await client.send(new ScanCommand({ TableName: "jobs" }));
  expect(Items?.map(({ id }) => id?.S).sort()).toEqual(["after", "before"]);
});

it("answers 500 when dynalite throws in a callback, and holds no lock for it", async () => {
  const client = await start(newDirectory());
  await client.send(createTable);
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 1 },
    { TableName: createTable.input.TableName },
  );
  const db = jest.requireActual("dynalite/db");
  const faulty = jest.spyOn(db, "checkConditional").mockImplementationOnce(() => {
    throw new TypeError("dynalite's own fault");
  });
  await expect(client.send(put("a"))).rejects.toMatchObject({
    name: "InternalServerError",
    message: expect.stringContaining("dynalite's own fault"),
  });
  faulty.mockRestore();
  await client.send(put("a"));
  expect((await client.send(get("a"))).Item).toEqual({ id: { S: "a" } });
});

it("names the folder of tables that are damaged, and says what to do", async () => {
  const directory = newDirectory();
  await (await start(directory)).send(createTable);
  await stop();
  for (const name of readdirSync(directory))
    if (name === "CURRENT") writeFileSync(join(directory, name), "?");
  await expect(start(directory)).rejects.toThrow(
    new RegExp(
      `^${directory} is damaged \\(Corruption: .*\\)\\. Delete the folder to start with empty tables\\.$`,
    ),
  );
});

it("names the folder of tables that can't be opened, and says what to do", async () => {
  const file = join(newDirectory(), "file");
  writeFileSync(file, "");
  await expect(start(file)).rejects.toThrow(/\/file can't be opened \(.*\)\. Free some space or make/);
});
