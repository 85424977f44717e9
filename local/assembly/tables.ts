import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { createTables } from "../deployment/tables";
import { clientOptions, type Surroundings } from "./surroundings";

/** DynamoDB with the stack's tables. @returns what closes it */
export async function startTables(around: Surroundings): Promise<() => Promise<void>> {
  const server = dynalite({ path: join(around.dataDirectory, "dynamodb"), createTableMs: 0 });
  around.gateway.serve("dynamodb", (request, response) => void server.emit("request", request, response));
  await createTables(around.stack, new DynamoDBClient(clientOptions(around)));
  return () => new Promise((resolve) => server.close(() => resolve()));
}
