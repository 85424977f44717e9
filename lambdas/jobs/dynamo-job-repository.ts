import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  type QueryCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { type Job, type JobStatus, jobRow } from "./job";
import type { JobRepository } from "./job-repository";
import type { JobChange, JobFindings } from "./job-state";
import { additionTo, creationOf, ofSameMediaConvertJob, type RowUpdate, updateOf } from "./row-update";

/** Every guard is part of the write itself, so functions that run at the same time can't undo each other. */
export class DynamoJobRepository implements JobRepository {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly now: () => number = Date.now,
  ) {}

  async create(job: Job): Promise<Job | undefined> {
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.tableName,
          Item: job,
          ConditionExpression: "attribute_not_exists(jobId)",
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
    const existing = await this.find(job.jobId);
    if (!existing) throw new Error(`The row of job ${job.jobId} was deleted while it was read; try again.`);
    return existing;
  }

  async change(jobId: string, change: JobChange): Promise<{ applied: boolean; job: Job | undefined }> {
    const changed = await this.update(jobId, updateOf(change, Math.floor(this.now() / 1000)));
    return { applied: changed !== undefined, job: changed ?? (await this.find(jobId)) };
  }

  async addFindings(
    jobId: string,
    mediaConvertJobId: string,
    findings: JobFindings,
  ): Promise<Job | undefined> {
    for (const [attribute, entries] of Object.entries(findings)) {
      if (entries === undefined) continue;
      // Maps are never taken away: when making one fails, there is one to add to.
      for (const update of [creationOf(attribute, entries), additionTo(attribute, entries)]) {
        const job = await this.update(jobId, ofSameMediaConvertJob(update, mediaConvertJobId));
        if (job) break;
      }
    }
    return this.find(jobId);
  }

  idleIds(status: JobStatus, since: number): AsyncIterable<string> {
    return this.ids({
      IndexName: "StatusIndex",
      KeyConditionExpression: "#status = :status AND createdAt < :since",
      FilterExpression: "updatedAt < :since",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":status": status, ":since": since },
    });
  }

  unannouncedIds(): AsyncIterable<string> {
    return this.ids({
      IndexName: "AnnouncementIndex",
      KeyConditionExpression: "announcement = :pending",
      ExpressionAttributeValues: { ":pending": "PENDING" },
    });
  }

  async find(jobId: string): Promise<Job | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: { jobId }, ConsistentRead: true }),
    );
    return Item && jobRow.parse(Item);
  }

  /** The row after the update, or undefined if a guard said no. */
  private async update(jobId: string, update: RowUpdate): Promise<Job | undefined> {
    try {
      const { Attributes } = await this.client.send(
        new UpdateCommand({ TableName: this.tableName, Key: { jobId }, ReturnValues: "ALL_NEW", ...update }),
      );
      return jobRow.parse(Attributes);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return undefined;
    }
  }

  private async *ids(query: Omit<QueryCommandInput, "TableName">): AsyncGenerator<string> {
    const pages = paginateQuery(
      { client: this.client },
      { TableName: this.tableName, ProjectionExpression: "jobId", ...query },
    );
    for await (const { Items = [] } of pages) yield* Items.map(({ jobId }) => String(jobId));
  }
}
