import { CreateTableCommand, type DynamoDBClient, ResourceInUseException } from "@aws-sdk/client-dynamodb";
import { z } from "zod";
import { blocks } from "../terraform/blocks";
import { argumentsOf } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";

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

/** Creates the stack's tables; one that is there already stays as it is. */
export async function createTables(stack: SynthesizedStack, dynamodb: DynamoDBClient): Promise<void> {
  for (const resource of stack.resources("aws_dynamodb_table")) {
    const given = argumentsOf(resource, table);
    try {
      await dynamodb.send(
        new CreateTableCommand({
          TableName: given.name,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: given.attribute.map(({ name, type }) => ({
            AttributeName: name,
            AttributeType: type,
          })),
          KeySchema: keySchema(given),
          GlobalSecondaryIndexes: given.global_secondary_index.map((index) => ({
            IndexName: index.name,
            KeySchema: keySchema(index),
            Projection: { ProjectionType: index.projection_type, NonKeyAttributes: index.non_key_attributes },
          })),
        }),
      );
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  }
}

function keySchema({ hash_key, range_key }: { hash_key: string; range_key?: string }) {
  return [
    { AttributeName: hash_key, KeyType: "HASH" as const },
    ...(range_key === undefined ? [] : [{ AttributeName: range_key, KeyType: "RANGE" as const }]),
  ];
}
