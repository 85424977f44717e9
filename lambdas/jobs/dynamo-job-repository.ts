import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type Job, jobRow } from "./job";
import type { JobRepository } from "./job-repository";
import { ENTERED_FROM, type JobChange } from "./job-state";

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
    try {
      const { Attributes } = await this.client.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: { jobId },
          ReturnValues: "ALL_NEW",
          ...updateOf(change, Math.floor(this.now() / 1000)),
        }),
      );
      return { applied: true, job: jobRow.parse(Attributes) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { applied: false, job: await this.find(jobId) };
    }
  }

  async addFindings(
    jobId: string,
    mediaConvertJobId: string,
    findings: JobFindings,
  ): Promise<Job | undefined> {
    const update = (request: FindingsUpdate) => this.tryUpdate({ ...request, Key: { jobId } });
    let job = await this.find(jobId);
    for (const [attribute, entries] of Object.entries(findings)) {
      // A map can only be added to if it is there, and only be made if it isn't.
      job =
        (await update(additionTo(attribute, entries, mediaConvertJobId))) ??
        (await update(creationOf(attribute, entries, mediaConvertJobId))) ??
        job;
    }
    return job;
  }

  async find(jobId: string): Promise<Job | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: { jobId }, ConsistentRead: true }),
    );
    return Item && jobRow.parse(Item);
  }
}

function updateOf(change: JobChange, updatedAt: number) {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const name = (attribute: string) => {
    names[`#${attribute}`] = attribute;
    return `#${attribute}`;
  };
  const value = (placeholder: string, content: unknown) => {
    values[`:${placeholder}`] = content;
    return `:${placeholder}`;
  };

  const assignments = Object.entries({ ...change.set, status: change.status, updatedAt })
    .filter(([, content]) => content !== undefined)
    .map(([attribute, content]) => `${name(attribute)} = ${value(attribute, content)}`);
  if (change.mediaConvertJobId !== undefined) {
    const attribute = name("mediaConvertJobId");
    const content = value("mediaConvertJobId", change.mediaConvertJobId);
    assignments.push(`${attribute} = if_not_exists(${attribute}, ${content})`);
  }
  const removal = change.clear?.length ? ` REMOVE ${change.clear.map(name).join(", ")}` : "";

  const guards = [`attribute_exists(${name("jobId")})`];
  if (change.status !== undefined) {
    const allowed = change.onlyFrom ? [change.onlyFrom] : ENTERED_FROM[change.status];
    const list = allowed.map((status) => value(`from${status}`, status));
    guards.push(`${name("status")} IN (${list.join(", ")})`);
  }
  if (change.newerThanLastEvent !== undefined) {
    const last = name("lastEventAt");
    const newer = `${last} < ${value("newerThanLastEvent", change.newerThanLastEvent)}`;
    guards.push(`(attribute_not_exists(${last}) OR ${newer})`);
  }

  return {
    UpdateExpression: `SET ${assignments.join(", ")}${removal}`,
    ConditionExpression: guards.join(" AND "),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}
