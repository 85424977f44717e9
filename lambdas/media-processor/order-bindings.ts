import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { documentClient, ifConditionHolds } from "../jobs/document-client";
import * as z from "../zod";
import type { Upload } from "./upload";

/** The longest time for which SQS keeps a message, and so can deliver an order again, plus a day. */
const KEPT_SECONDS = 15 * 86_400;

const binding = z.object({
  bucket: z.string(),
  key: z.string(),
  versionId: z.optional(z.string()),
  sizeBytes: z.number(),
  run: z.optional(z.number()),
  orderId: z.optional(z.string()),
});

/**
 * Which upload, and so which job, an order stands for: bound once, so that a second delivery means the same
 * job, whatever was uploaded or has ended meanwhile. Items of their own in the job table, without a status.
 */
export class OrderBindings {
  private readonly client: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly tableName: string,
    private readonly now: () => number = Date.now,
  ) {
    this.client = documentClient(client);
  }

  async find(orderId: string): Promise<Upload | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: { jobId: itemIdOf(orderId) }, ConsistentRead: true }),
    );
    return Item && binding.parse(Item.order);
  }

  /** @returns the upload that the order is bound to, which an earlier delivery may have chosen */
  async bind(orderId: string, upload: Upload): Promise<Upload> {
    const jobId = itemIdOf(orderId);
    const expiresAt = Math.floor(this.now() / 1000) + KEPT_SECONDS;
    const put = new PutCommand({
      TableName: this.tableName,
      Item: { jobId, order: upload, expiresAt },
      ConditionExpression: "attribute_not_exists(jobId)",
    });
    if (await ifConditionHolds(this.client.send(put))) return upload;
    return (await this.find(orderId)) ?? upload;
  }
}

/** Never the id of a job, which has only hexadecimal digits. */
function itemIdOf(orderId: string): string {
  return `order:${orderId}`;
}
