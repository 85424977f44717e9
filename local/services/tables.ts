import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from "@aws-sdk/client-dynamodb";
import { DynamoDb } from "aws-stand-ins/dynamodb/service";
import { z } from "zod";
import { argumentsOf, blocks, StackError } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";
import { clientOptions, type StackContext } from "./stack-context";

/** DynamoDB with the stack's tables. */
export async function startTables({
  stack,
  gateway,
  dataDirectory,
}: Pick<StackContext, "stack" | "gateway" | "dataDirectory">): Promise<void> {
  const service = new DynamoDb(join(dataDirectory, "dynamodb"));
  await service.open();
  gateway.serve(service);
  await createTables(stack, new DynamoDBClient(clientOptions(stack)));
}

const table = z.object({
  name: z.string(),
  hash_key: z.string(),
  range_key: z.string().optional(),
  attribute: blocks(z.object({ name: z.string(), type: z.enum(["S", "N", "B"]) })),
  global_secondary_index: blocks(
    z.object({
      name: z.string(),
      hash_key: z.string(),
      range_key: z.string().optional(),
      projection_type: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
      non_key_attributes: z.array(z.string()).optional(),
    }),
  ),
});

/** @throws {StackError} for a table that lacks an argument. DynamoDB judges the others when it creates the table. */
export function checkTables(stack: SynthesizedStack): void {
  for (const resource of stack.resources("aws_dynamodb_table")) argumentsOf(resource, table);
}

/** Creates the tables that don't exist yet. @throws {StackError} in DynamoDB's words, if it refuses one */
async function createTables(stack: SynthesizedStack, dynamodb: DynamoDBClient): Promise<void> {
  for (const resource of stack.resources("aws_dynamodb_table")) {
    const given = argumentsOf(resource, table);
    const indexes = given.global_secondary_index.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index),
      Projection: { ProjectionType: index.projection_type, NonKeyAttributes: index.non_key_attributes },
    }));
    const create = new CreateTableCommand({
      TableName: given.name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: given.attribute.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      KeySchema: keySchema(given),
      // DynamoDB refuses an empty list.
      GlobalSecondaryIndexes: indexes.length === 0 ? undefined : indexes,
    });
    try {
      await dynamodb.send(create);
    } catch (error) {
      if (error instanceof ResourceInUseException) continue;
      const { name, message } = error as Error;
      if (name !== "ValidationException") throw error;
      throw new StackError(`DynamoDB refuses ${resource.address}: ${message.replaceAll("\n", " ")}`);
    }
  }
}

function keySchema({ hash_key, range_key }: { hash_key: string; range_key?: string }) {
  const hash = { AttributeName: hash_key, KeyType: "HASH" as const };
  return range_key === undefined ? [hash] : [hash, { AttributeName: range_key, KeyType: "RANGE" as const }];
}
