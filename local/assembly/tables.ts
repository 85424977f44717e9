import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDb } from "aws-stand-ins/dynamodb/service";
import { createTables } from "../deployment/tables";
import { clientOptions, type Surroundings } from "./surroundings";

/** DynamoDB with the stack's tables. */
export async function startTables(around: Surroundings): Promise<void> {
  around.gateway.serve(new DynamoDb(join(around.dataDirectory, "dynamodb")));
  await createTables(around.stack, new DynamoDBClient(clientOptions(around)));
}
