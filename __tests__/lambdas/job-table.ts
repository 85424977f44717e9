import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient, type GlobalSecondaryIndex } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { jobTableClient } from "../../lambdas/jobs/job-table-client";

export const TABLE_NAME = "media-jobs-test";

/** A real DynamoDB API with an empty job table, in this process. */
export interface JobTable {
  readonly endpoint: string;
  readonly client: DynamoDBDocumentClient;
  rowOf(jobId: string): Promise<Record<string, unknown> | undefined>;
  stop(): Promise<void>;
}

/** Jobs that have an attribute in common, by the time they began. */
function index(IndexName: string, AttributeName: string): GlobalSecondaryIndex {
  return {
    IndexName,
    KeySchema: [
      { AttributeName, KeyType: "HASH" },
      { AttributeName: "createdAt", KeyType: "RANGE" },
    ],
    Projection: { ProjectionType: "ALL" },
  };
}

export async function startJobTable(): Promise<JobTable> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const plainClient = new DynamoDBClient({
    endpoint,
    region: "eu-south-2",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await plainClient.send(
    new CreateTableCommand({
      TableName: TABLE_NAME,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "jobId", AttributeType: "S" },
        { AttributeName: "status", AttributeType: "S" },
        { AttributeName: "announcement", AttributeType: "S" },
        { AttributeName: "createdAt", AttributeType: "N" },
      ],
      KeySchema: [{ AttributeName: "jobId", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [index("StatusIndex", "status"), index("AnnouncementIndex", "announcement")],
    }),
  );
  const client = jobTableClient(plainClient);
  return {
    endpoint,
    client,
    async rowOf(jobId) {
      const { Item } = await client.send(
        new GetCommand({ TableName: TABLE_NAME, Key: { jobId }, ConsistentRead: true }),
      );
      return Item;
    },
    async stop() {
      plainClient.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
