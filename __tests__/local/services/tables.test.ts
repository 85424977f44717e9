import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { Gateway } from "aws-stand-ins/gateway";
import { startTables } from "../../../local/services/tables";
import { StackError } from "../../../local/terraform/resource";
import { SynthesizedStack } from "../../../local/terraform/synthesized-stack";
import { temporaryFolder } from "../../temporary-folder";

const folder = temporaryFolder();
const TABLE = {
  name: "jobs",
  hash_key: "jobId",
  attribute: [{ name: "jobId", type: "S" }],
};

describe("a table of the stack", () => {
  let dataDirectory: string;
  beforeEach(async () => {
    dataDirectory = await mkdtemp(join(folder, "data-"));
  });

  /** Starts DynamoDB with the table, and stops it. */
  async function start(given: object): Promise<void> {
    const gateway = new Gateway("000000000000");
    const resource = { aws_dynamodb_table: { jobs: { ...TABLE, ...given } } };
    const provider = { aws: [{ region: "eu-south-2" }] };
    const document = { provider, resource, data: {}, output: {} };
    const stack = new SynthesizedStack(folder, document, await gateway.listen(0));
    await startTables({ stack, gateway, dataDirectory }).finally(() => gateway.stop());
  }

  it("is created once, and still exists at the next start", async () => {
    await start({});
    await start({});
  });

  it.each([
    ["a name", { name: "ab" }, "TableName must be at least 3"],
    ["a name", { name: "a b" }, "tableName"],
    ["a key", { hash_key: "unknown" }, "Keys: [unknown]"],
    ["no attributes", { attribute: [] }, "KeySchema"],
    [
      "an index",
      { global_secondary_index: [{ name: "x", hash_key: "jobId", projection_type: "ALL" }] },
      "indexName",
    ],
  ])("is refused with %s that DynamoDB refuses, in its words: %j", async (_what, given, words) => {
    const error: Error = await start(given).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(StackError);
    expect(error.message).toMatch(/^DynamoDB refuses aws_dynamodb_table\.jobs: .*$/);
    expect(error.message).toContain(words);
  });
});
