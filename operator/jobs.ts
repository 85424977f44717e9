import { ListObjectVersionsCommand, type ObjectVersion } from "@aws-sdk/client-s3";
import { BatchGetCommand, DynamoDBDocumentClient, paginateQuery } from "@aws-sdk/lib-dynamodb";
import { type Job, type JobStatus, jobRow } from "../lambdas/jobs/job";
import { jobIdOf } from "../lambdas/jobs/job-id";
import { JobRepository } from "../lambdas/jobs/job-repository";
import type { Deployment } from "./deployment";
import { OperatorError } from "./operator-error";

/** What the status index holds of a row. */
export type JobSummary = Pick<Job, "jobId" | "status" | "createdAt" | "inputBucket" | "inputFile" | "error">;

export interface JobFilter {
  readonly statuses: readonly JobStatus[];
  /** Epoch seconds of the oldest creation. @default 0 */
  readonly since?: number;
  /** Prefix of the key. @default any */
  readonly keyPrefix?: string;
}

export const STATUSES: readonly JobStatus[] = ["SUBMITTED", "PROCESSING", "COMPLETE", "ERROR", "CANCELED"];

const BATCH = 100;
/** Whether the text is a job's id, and not a key. */
export const isJobId = (text: string) => /^[0-9a-f]{64}$/.test(text);

/** Reads the job table. Lists come from its status index, never from a scan. */
export class Jobs {
  readonly repository: JobRepository;
  private readonly client: DynamoDBDocumentClient;
  private readonly table: string;

  constructor(private readonly deployment: Deployment) {
    this.client = DynamoDBDocumentClient.from(deployment.clients.dynamodb);
    this.table = deployment.names.tables.jobs;
    this.repository = new JobRepository(deployment.clients.dynamodb, this.table);
  }

  /**
   * The job with this id, or the jobs of every version of the object with this key, the newest first.
   *
   * @throws {OperatorError} if there is none
   */
  async find(idOrKey: string): Promise<[Job, ...Job[]]> {
    const [newest, ...older] = isJobId(idOrKey) ? await this.rows([idOrKey]) : await this.ofKey(idOrKey);
    if (newest !== undefined) return [newest, ...older];
    throw new OperatorError(
      `There is no job for ${idOrKey}. npm run media -- why ${this.deployment.selector} '${idOrKey}' says why.`,
    );
  }

  /** Every job of the object with this key, of each of its versions and runs, the newest first. */
  async ofKey(key: string): Promise<Job[]> {
    const bucket = await this.deployment.rawBucket();
    const jobs: Job[] = [];
    for (const { VersionId: versionId } of await this.versionsOf(bucket, key)) {
      for (let run = 1; ; run += 1) {
        const job = await this.repository.find(jobIdOf({ bucket, key, versionId }, run));
        if (job === undefined) break;
        jobs.push(job);
      }
    }
    return jobs.sort((a, b) => b.createdAt - a.createdAt);
  }

  /** The newest first. */
  async list({ statuses, since = 0, keyPrefix = "" }: JobFilter, limit: number): Promise<JobSummary[]> {
    const lists = await Promise.all(
      statuses.map((status) => this.withStatus(status, since, keyPrefix, limit)),
    );
    return lists
      .flat()
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, limit);
  }

  /** The rows with these ids, in their order; ids without a row are left out. */
  async rows(ids: readonly string[]): Promise<Job[]> {
    const rows = new Map<string, Job>();
    let missing = [...ids];
    while (missing.length > 0) {
      const batch = missing.splice(0, BATCH).map((jobId) => ({ jobId }));
      const { Responses = {}, UnprocessedKeys = {} } = await this.client.send(
        new BatchGetCommand({ RequestItems: { [this.table]: { Keys: batch, ConsistentRead: true } } }),
      );
      for (const item of Responses[this.table] ?? []) rows.set(String(item.jobId), jobRow.parse(item));
      const unprocessed = UnprocessedKeys[this.table]?.Keys ?? [];
      missing = [...unprocessed.map(({ jobId }) => String(jobId)), ...missing];
    }
    return ids.flatMap((id) => rows.get(id) ?? []);
  }

  private async withStatus(status: JobStatus, since: number, keyPrefix: string, limit: number) {
    const found: JobSummary[] = [];
    const pages = paginateQuery(
      // A filter drops rows after DynamoDB has counted them, so a page of it may as well be a full one.
      {
        client: this.client,
        ...(keyPrefix === "" && Number.isFinite(limit) && { pageSize: limit }),
      },
      {
        TableName: this.table,
        IndexName: "StatusIndex",
        KeyConditionExpression: "#status = :status AND createdAt >= :since",
        FilterExpression: "begins_with(inputFile, :prefix)",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":status": status, ":since": since, ":prefix": keyPrefix },
        ScanIndexForward: false,
      },
    );
    for await (const { Items = [] } of pages) {
      found.push(...(Items as JobSummary[]));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  /** The versions of the object with exactly this key. */
  async versionsOf(bucket: string, key: string): Promise<ObjectVersion[]> {
    const { s3 } = this.deployment.clients;
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }));
    return Versions.filter((version) => version.Key === key);
  }
}
