import type { AddressInfo } from "node:net";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  type KeySchemaElement,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { Testing } from "cdktf";
import dynalite from "dynalite";
import { JobTable } from "../../constructs/job-table";
import { physicalNames } from "../../constructs/naming";

export const TABLE_NAME = "media-jobs-test";

/** A DynamoDB API in this process with the product's job table, empty. */
export interface TestTable {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  rowOf(jobId: string): Promise<Record<string, unknown> | undefined>;
  stop(): Promise<void>;
}

export async function startJobTable(): Promise<TestTable> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: "eu-south-2",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await client.send(new CreateTableCommand(tableDefinition()));
  const documents = DynamoDBDocumentClient.from(client);
  return {
    endpoint,
    client,
    async rowOf(jobId) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: TABLE_NAME, Key: { jobId }, ConsistentRead: true }),
      );
      return Item;
    },
    async stop() {
      client.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function tableDefinition(): CreateTableCommandInput {
  const { resource } = JSON.parse(
    Testing.synthScope((scope) => {
      new JobTable(scope, "jobs", {
        names: physicalNames("test", "111122223333"),
        key: { arn: "arn:aws:kms:eu-south-2:111122223333:key/k" },
        deletionProtection: false,
      });
    }),
  );
  const table: TerraformTable = resource.aws_dynamodb_table.media_jobs;
  return {
    TableName: TABLE_NAME,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: table.attribute.map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    KeySchema: keySchema(table),
    GlobalSecondaryIndexes: table.global_secondary_index.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index),
      Projection: {
        ProjectionType: index.projection_type,
        NonKeyAttributes: index.non_key_attributes && [...index.non_key_attributes],
      },
    })),
  };
}

interface TerraformKey {
  readonly hash_key: string;
  readonly range_key?: string;
}

interface TerraformTable extends TerraformKey {
  readonly attribute: readonly { name: string; type: "S" | "N" }[];
  readonly global_secondary_index: readonly (TerraformKey & {
    name: string;
    projection_type: "INCLUDE" | "KEYS_ONLY";
    non_key_attributes?: readonly string[];
  })[];
}

function keySchema({ hash_key, range_key }: TerraformKey): KeySchemaElement[] {
  const hash: KeySchemaElement = { AttributeName: hash_key, KeyType: "HASH" };
  return range_key === undefined ? [hash] : [hash, { AttributeName: range_key, KeyType: "RANGE" }];
}
