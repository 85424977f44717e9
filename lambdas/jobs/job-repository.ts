import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  type QueryCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { type EndStatus, type Job, type JobError, type JobStatus, jobRow } from "./job";

/** The row after a transition. Unless `applied`, the guard denied it and the row is unchanged. */
export interface Transition {
  readonly applied: boolean;
  readonly job: Job;
}

/** What MediaConvert reports about a job besides its status. */
export type JobFindings = Pick<Job, "source" | "warnings">;

/** `lastEventAt`, epoch milliseconds, orders progress. */
export type JobProgress = Pick<Job, "progressPercent" | "phase"> & { readonly lastEventAt: number };

/** How a job ended, with its results or its error. */
export type JobEnd = { readonly status: EndStatus } & Pick<
  Job,
  "lastEventAt" | "progressPercent" | "outputs" | "renditions" | "durationMs" | "blackVideoMs" | "error"
>;

/**
 * The job table. Every transition is one conditional write, so that concurrent functions can't undo each
 * other's. Undefined values leave an attribute as it is. Reads are consistent; the lists of ids may lag.
 *
 * A transition throws if the job has no row.
 */
export class JobRepository {
  private readonly client: DynamoDBDocumentClient;

  /** @param now epoch milliseconds */
  constructor(
    client: DynamoDBClient,
    private readonly tableName: string,
    private readonly now: () => number = Date.now,
  ) {
    this.client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  }

  /** Adds the row. If the job already has one, returns that row unchanged. */
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
    return this.existing(job.jobId);
  }

  async find(jobId: string): Promise<Job | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: { jobId }, ConsistentRead: true }),
    );
    return Item && jobRow.parse(Item);
  }

  /** Counts another attempt to submit the job. Only while SUBMITTED. */
  claimAttempt(jobId: string, attempts: number): Promise<Transition> {
    return this.transition(jobId, { set: { attempts }, guards: [SUBMITTED] });
  }

  /** Records what is about to be submitted. Only while SUBMITTED. */
  recordPlan(jobId: string, plan: Pick<Job, "source" | "estimatedCostUsd">): Promise<Transition> {
    return this.transition(jobId, { set: plan, guards: [SUBMITTED] });
  }

  /**
   * Names the MediaConvert job unless the row already names one, and moves the row from SUBMITTED to
   * PROCESSING. If an event of the job came first, the status stays the event's.
   */
  async recordStart(jobId: string, mediaConvertJobId: string): Promise<Job> {
    const started = await this.transition(jobId, {
      set: { status: "PROCESSING" },
      mediaConvertJobId,
      guards: [SUBMITTED],
    });
    if (started.applied) return started.job;
    const named = await this.transition(jobId, { mediaConvertJobId });
    return named.job;
  }

  /** Ends a job that was never submitted in ERROR. Only from SUBMITTED. */
  refuse(jobId: string, error: JobError): Promise<Transition> {
    return this.transition(jobId, {
      set: { status: "ERROR", error, announcement: "PENDING" },
      guards: [SUBMITTED],
    });
  }

  /**
   * Records how far a MediaConvert job is. Only for a job that hasn't ended, only if no event as new is
   * recorded, and only if the row names this MediaConvert job or none.
   */
  recordProgress(jobId: string, mediaConvertJobId: string, progress: JobProgress): Promise<Transition> {
    return this.transition(jobId, {
      set: { status: "PROCESSING", ...progress },
      mediaConvertJobId,
      guards: [NOT_ENDED, NEWER_EVENT, SAME_MEDIA_CONVERT_JOB],
    });
  }

  /**
   * Ends a job, in whatever order its events arrive. Only for a job that hasn't ended, and only if the row
   * names this MediaConvert job or none.
   */
  finish(jobId: string, mediaConvertJobId: string, end: JobEnd): Promise<Transition> {
    return this.transition(jobId, {
      set: { ...end, announcement: "PENDING" },
      remove: end.status === "COMPLETE" ? ["phase"] : [],
      mediaConvertJobId,
      guards: [NOT_ENDED, SAME_MEDIA_CONVERT_JOB],
    });
  }

  /** Records that the notification of the job's end is published. */
  async markAnnounced(jobId: string): Promise<void> {
    await this.update(jobId, { set: { notifiedAt: this.nowSeconds() }, remove: ["announcement"] });
  }

  /** Restarts the time after which the job counts as idle. */
  async touch(jobId: string): Promise<void> {
    await this.update(jobId, {});
  }

  /**
   * Adds the findings that the row doesn't have yet. Only if the row names this MediaConvert job or none.
   *
   * @returns the row, changed or not
   */
  async addFindings(jobId: string, mediaConvertJobId: string, findings: JobFindings): Promise<Job> {
    const guard = `attribute_exists(#jobId) AND ${SAME_MEDIA_CONVERT_JOB}`;
    for (const [map, entries] of Object.entries(findings)) {
      if (entries === undefined) continue;
      const values = { ":mediaConvertJobId": mediaConvertJobId, ":entries": entries };
      const created = await this.send(
        jobId,
        `SET #${map} = :entries`,
        `${guard} AND attribute_not_exists(#${map})`,
        values,
      );
      // A map is never removed: if it can't be created, it exists.
      if (!created) await this.addEntries(jobId, map, entries, guard, values);
    }
    return this.existing(jobId);
  }

  /** Ids of the jobs in a status whose rows haven't changed since `since` (epoch seconds), oldest job first. */
  idleIds(status: JobStatus, since: number): AsyncIterable<string> {
    return this.ids({
      IndexName: "StatusIndex",
      KeyConditionExpression: "#status = :status AND createdAt < :since",
      FilterExpression: "updatedAt < :since",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":status": status, ":since": since },
    });
  }

  /** Ids of the jobs whose end isn't announced, oldest job first. */
  unannouncedIds(): AsyncIterable<string> {
    return this.ids({
      IndexName: "AnnouncementIndex",
      KeyConditionExpression: "announcement = :pending",
      ExpressionAttributeValues: { ":pending": "PENDING" },
    });
  }

  private async *ids(query: Omit<QueryCommandInput, "TableName">): AsyncGenerator<string> {
    const pages = paginateQuery(
      { client: this.client },
      { TableName: this.tableName, ProjectionExpression: "jobId", ...query },
    );
    for await (const { Items = [] } of pages) yield* Items.map(({ jobId }) => String(jobId));
  }

  private async existing(jobId: string): Promise<Job> {
    const job = await this.find(jobId);
    if (job) return job;
    throw new Error(
      `The job table has no row for job ${jobId}. If its row was deleted while the job ran, upload the video ` +
        "again if it is still wanted.",
    );
  }

  private async transition(jobId: string, change: RowChange): Promise<Transition> {
    const changed = await this.update(jobId, change);
    return { applied: changed !== undefined, job: changed ?? (await this.existing(jobId)) };
  }

  private update(
    jobId: string,
    { set = {}, remove = [], mediaConvertJobId, guards = [] }: RowChange,
  ): Promise<Job | undefined> {
    const attributes = { ...set, updatedAt: this.nowSeconds() };
    const assigned = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const assignments = assigned.map(([name]) => `#${name} = :${name}`);
    if (mediaConvertJobId !== undefined) {
      assignments.push("#mediaConvertJobId = if_not_exists(#mediaConvertJobId, :mediaConvertJobId)");
    }
    const removal = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(", ")}` : "";
    return this.send(
      jobId,
      `SET ${assignments.join(", ")}${removal}`,
      ["attribute_exists(#jobId)", ...guards].join(" AND "),
      {
        ...STATUS_VALUES,
        ...Object.fromEntries(assigned.map(([name, value]) => [`:${name}`, value])),
        ":mediaConvertJobId": mediaConvertJobId,
      },
    );
  }

  private addEntries(
    jobId: string,
    map: string,
    entries: object,
    guard: string,
    values: Record<string, unknown>,
  ): Promise<Job | undefined> {
    const known = Object.entries(entries).filter(([, value]) => value !== undefined);
    // Keys are MediaConvert's, so they are given by placeholder as values are.
    const assignments = known.map(
      (_, index) => `#map.#key${index} = if_not_exists(#map.#key${index}, :value${index})`,
    );
    return this.send(
      jobId,
      `SET ${assignments.join(", ")}`,
      guard,
      { ...values, ...Object.fromEntries(known.map(([, value], index) => [`:value${index}`, value])) },
      { "#map": map, ...Object.fromEntries(known.map(([key], index) => [`#key${index}`, key])) },
    );
  }

  /**
   * `#name` in an expression is the attribute `name` unless `names` says otherwise. DynamoDB rejects names
   * and values that no expression uses, so those are left out.
   *
   * @returns the row after the update, undefined if the condition failed
   */
  private async send(
    jobId: string,
    UpdateExpression: string,
    ConditionExpression: string,
    values: Record<string, unknown>,
    names: Record<string, string> = {},
  ): Promise<Job | undefined> {
    const used = (pattern: RegExp) => new Set(`${UpdateExpression} ${ConditionExpression}`.match(pattern));
    try {
      const { Attributes } = await this.client.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: { jobId },
          UpdateExpression,
          ConditionExpression,
          ExpressionAttributeNames: Object.fromEntries(
            [...used(/#\w+/g)].map((name) => [name, names[name] ?? name.slice(1)]),
          ),
          ExpressionAttributeValues: Object.fromEntries(
            [...used(/:\w+/g)].map((placeholder) => [placeholder, values[placeholder]]),
          ),
          ReturnValues: "ALL_NEW",
        }),
      );
      return jobRow.parse(Attributes);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return undefined;
    }
  }

  private nowSeconds(): number {
    return Math.floor(this.now() / 1000);
  }
}

interface RowChange {
  readonly set?: Partial<Job>;
  readonly remove?: readonly (keyof Job)[];
  /** Recorded unless the row already names a MediaConvert job. */
  readonly mediaConvertJobId?: string;
  /** Condition expressions that must all hold; their values are those of `set` and `STATUS_VALUES`. */
  readonly guards?: readonly string[];
}

const STATUS_VALUES = { ":submitted": "SUBMITTED", ":processing": "PROCESSING" };

const SUBMITTED = "#status = :submitted";
const NOT_ENDED = "#status IN (:submitted, :processing)";
const NEWER_EVENT = "(attribute_not_exists(#lastEventAt) OR #lastEventAt < :lastEventAt)";
const SAME_MEDIA_CONVERT_JOB =
  "(attribute_not_exists(#mediaConvertJobId) OR #mediaConvertJobId = :mediaConvertJobId)";
