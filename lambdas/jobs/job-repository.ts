import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { type CaptionTrack, trackId } from "../captions/caption-track";
import { documentClient, ifConditionHolds } from "./document-client";
import { type CaptionChange, type Captions, type EndStatus, type Job, type JobError, jobRow } from "./job";
import { textOfCode } from "./media-convert-warnings";
import { publishedCaptionsWith, publishedWith } from "./playback";

/** The row after a transition. Unless `applied`, the guard denied it and the row is unchanged. */
export interface Transition {
  readonly applied: boolean;
  readonly job: Job;
}

/** One of a job's chain of attempts: what it has to know about the chain. */
export interface Attempt {
  readonly ticket: number;
  /** Epoch milliseconds at which its function is killed at the latest. */
  readonly expiresAt: number;
}

/** `lastEventAt`, epoch milliseconds, orders progress. */
export type JobProgress = Pick<Job, "progressPercent" | "phase"> & { readonly lastEventAt: number };

/** How a job ended, with its results or its error. */
export type JobEnd = { readonly status: EndStatus } & Pick<
  Job,
  | "lastEventAt"
  | "progressPercent"
  | "outputs"
  | "playback"
  | "renditions"
  | "durationMs"
  | "blackVideoMs"
  | "error"
>;

/**
 * The job table. Every transition is one conditional write, so that concurrent functions can't undo each
 * other's. Undefined values leave an attribute as it is. Reads are consistent; the lists of ids may lag.
 *
 * A transition throws if the job has no row.
 */
export class JobRepository {
  private readonly client: DynamoDBDocumentClient;

  /**
   * @param now epoch milliseconds
   * @param retentionDays how long the row of an ended job is kept @default none: forever
   */
  constructor(
    client: DynamoDBClient,
    private readonly tableName: string,
    private readonly now: () => number = Date.now,
    private readonly retentionDays?: number,
  ) {
    this.client = documentClient(client);
  }

  /** Adds the row. If the job already has one, returns that row unchanged. */
  async create(job: Job): Promise<Job | undefined> {
    const put = new PutCommand({
      TableName: this.tableName,
      Item: job,
      ConditionExpression: "attribute_not_exists(jobId)",
    });
    return (await ifConditionHolds(this.client.send(put))) ? undefined : this.existing(job.jobId);
  }

  async find(jobId: string): Promise<Job | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: { jobId }, ConsistentRead: true }),
    );
    return Item && jobRow.parse(Item);
  }

  /**
   * Begins another attempt to submit the job. Only while SUBMITTED, only with the newest ticket, and only
   * if no earlier attempt may still be running.
   */
  beginAttempt(job: Job, { ticket, expiresAt }: Attempt): Promise<Transition> {
    return this.transition(job.jobId, {
      set: { ticket, attemptExpiresAt: expiresAt, attempts: (job.attempts ?? 0) + 1 },
      guards: [SUBMITTED, NO_NEWER_TICKET, NO_RUNNING_ATTEMPT],
      values: { ":now": this.now() },
    });
  }

  /** Lets the next attempt begin at once. Only while this one's ticket is the newest. */
  async endAttempt(jobId: string, ticket: number): Promise<void> {
    await this.update(jobId, {
      remove: ["attemptExpiresAt"],
      guards: [SUBMITTED, SAME_TICKET],
      values: { ":ticket": ticket },
    });
  }

  /**
   * Ends an attempt whose work is in the retry lane, with the next ticket. Only while this one's ticket is
   * the newest.
   *
   * @param outcome `waiting`: MediaConvert didn't cause it. `declined`: MediaConvert has no job.
   *   `unknown`: it may have one.
   */
  async recordPostponement(
    { jobId, declines = 0 }: Job,
    ticket: number,
    outcome: "waiting" | "declined" | "unknown",
    findings: Pick<Job, "source" | "estimatedCostUsd" | "priceRegion"> = {},
  ): Promise<void> {
    await this.update(jobId, {
      set: { ...findings, ticket: ticket + 1, ...(outcome !== "waiting" && { declines: declines + 1 }) },
      remove: outcome === "declined" ? ["attemptExpiresAt", "submittingAt"] : ["attemptExpiresAt"],
      guards: [SUBMITTED, "#ticket = :earlier"],
      values: { ":earlier": ticket },
    });
  }

  /**
   * Records what is about to be submitted. Only while SUBMITTED, and only while this attempt's ticket is the
   * newest.
   */
  recordPlan(
    jobId: string,
    ticket: number,
    plan: Pick<
      Job,
      "source" | "stream" | "estimatedCostUsd" | "priceRegion" | "clipEndSeconds" | "budget" | "warnings"
    >,
  ): Promise<Transition> {
    return this.transition(jobId, {
      set: { ...plan, submittingAt: this.nowSeconds() },
      guards: [SUBMITTED, SAME_TICKET],
      values: { ":ticket": ticket },
    });
  }

  /**
   * Names the MediaConvert job and moves the row from SUBMITTED to PROCESSING. If an event of the job came
   * first, the status stays the event's. Applied once per job; not to a row that names another MediaConvert
   * job, or that ended without one.
   */
  async recordStart(jobId: string, mediaConvertJobId: string): Promise<Transition> {
    const startedAt = this.nowSeconds();
    const started = await this.transition(jobId, {
      set: { status: "PROCESSING", startedAt },
      mediaConvertJobId,
      guards: [SUBMITTED, SAME_MEDIA_CONVERT_JOB],
    });
    if (started.applied || started.job.mediaConvertJobId !== mediaConvertJobId) return started;
    return this.transition(jobId, { set: { startedAt }, guards: ["attribute_not_exists(#startedAt)"] });
  }

  /** Ends a job that was never submitted in ERROR. Only from SUBMITTED. */
  refuse(jobId: string, error: JobError): Promise<Transition> {
    return this.transition(jobId, {
      set: { status: "ERROR", error, ...this.unannounced() },
      guards: [SUBMITTED],
    });
  }

  /** Cancels a job that was never submitted. Only from SUBMITTED, and only if MediaConvert can't have it. */
  cancelUnsubmitted(jobId: string): Promise<Transition> {
    return this.transition(jobId, {
      set: { status: "CANCELED", ...this.unannounced() },
      guards: [SUBMITTED, "attribute_not_exists(#submittingAt)"],
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
      set: { ...end, ...this.unannounced() },
      remove: end.status === "COMPLETE" ? ["phase"] : [],
      mediaConvertJobId,
      guards: [NOT_ENDED, SAME_MEDIA_CONVERT_JOB],
    });
  }

  /**
   * Adds the storyboard to a COMPLETE row that lacks it, and removes the warning that said so.
   *
   * @param storyboard `s3://` URL
   * @returns the row, changed or not
   */
  async addStoryboard(job: Job, storyboard: string, warning: string): Promise<Job> {
    const removal = job.warnings?.[warning] === undefined ? "" : " REMOVE #warnings.#warning";
    return this.setOutput(job, "storyboard", storyboard, { removal, names: { "#warning": warning } });
  }

  /**
   * Makes another thumbnail the poster of a COMPLETE job.
   *
   * @param poster `s3://` URL
   * @param seconds of the thumbnail, from the start of the video
   * @returns the row, changed or not
   */
  async choosePoster(job: Job, poster: string, seconds: number): Promise<Job> {
    return this.setOutput(job, "poster", poster, {
      also: ", #posterChoice = :posterChoice",
      values: { ":posterChoice": { seconds, chosenAt: this.nowSeconds() } },
    });
  }

  /** Records that the notification of the job's end is published. */
  async markAnnounced(jobId: string): Promise<void> {
    await this.update(jobId, { set: { notifiedAt: this.nowSeconds() }, remove: ["sweep", "lookedAt"] });
  }

  /** Removes the job's reservation from its row. Only one call gets it. */
  async takeReservation(jobId: string): Promise<Job["budget"]> {
    const before = await this.write(
      jobId,
      "REMOVE #budget",
      "attribute_exists(#budget)",
      {},
      { returned: "ALL_OLD" },
    );
    return before && jobRow.parse(before).budget;
  }

  /** Moves a job to the end of its sweep's list, even if the rest of its row can't be read. */
  async recordLook(jobId: string): Promise<void> {
    await this.write(
      jobId,
      "SET #lookedAt = :now",
      "attribute_exists(#sweep)",
      { ":now": this.nowSeconds() },
      { returned: "NONE" },
    );
  }

  /**
   * Adds warnings, and names the MediaConvert job if the row names none. MediaConvert's text replaces the one
   * that stands in for it. Only if the row names this MediaConvert job, or none and hasn't ended.
   *
   * @returns the row, changed or not
   */
  async addWarnings(
    jobId: string,
    mediaConvertJobId: string,
    warnings: Record<string, string>,
  ): Promise<Job> {
    const guard = `(#mediaConvertJobId = :mediaConvertJobId OR (attribute_not_exists(#mediaConvertJobId) AND ${NOT_ENDED}))`;
    const naming = "#mediaConvertJobId = if_not_exists(#mediaConvertJobId, :mediaConvertJobId)";
    const values = { ...STATUS_VALUES, ":mediaConvertJobId": mediaConvertJobId, ":warnings": warnings };
    const created = await this.send(
      jobId,
      `SET #warnings = :warnings, ${naming}`,
      `${guard} AND attribute_not_exists(#warnings)`,
      values,
    );
    if (created) return created;
    // The map is never removed: if it can't be created, it exists. Codes are given by placeholder, as values.
    const entries = Object.entries(warnings);
    const assignments = entries.map(([code, text], index) => {
      const entry = `#warnings.#code${index}`;
      const isText = text !== textOfCode(code);
      return `${entry} = ${isText ? `:text${index}` : `if_not_exists(${entry}, :text${index})`}`;
    });
    const added = await this.send(
      jobId,
      `SET ${[...assignments, naming].join(", ")}`,
      guard,
      { ...values, ...Object.fromEntries(entries.map(([, text], index) => [`:text${index}`, text])) },
      Object.fromEntries(entries.map(([code], index) => [`#code${index}`, code])),
    );
    return added ?? this.existing(jobId);
  }

  /**
   * Replaces the captions of a COMPLETE job. Only if nobody has changed them since the given row was read.
   *
   * @param changed the track whose change is recorded
   */
  async replaceCaptions(
    { jobId, captionRevision, captionChanges, playback }: Job,
    captions: readonly Captions[],
    { track, action }: { readonly track: CaptionTrack; readonly action: CaptionChange["action"] },
  ): Promise<Transition> {
    const published =
      playback?.hlsManifest === undefined ? undefined : publishedCaptionsWith(playback, captions);
    const at = this.nowSeconds();
    const assignments = [
      "#outputs.#captions = :captions",
      ...(published ? ["#playback.#captions = :published"] : []),
      "#captionChanges = :changes",
      "#captionRevision = :revision",
      "#updatedAt = :at",
    ];
    const unchanged =
      captionRevision === undefined
        ? "attribute_not_exists(#captionRevision)"
        : "#captionRevision = :readRevision";
    const updated = await this.send(
      jobId,
      `SET ${assignments.join(", ")}`,
      `#status = :complete AND ${unchanged}`,
      {
        ":captions": captions,
        ":published": published,
        ":changes": { ...captionChanges, [trackId(track)]: { at, action } },
        ":revision": (captionRevision ?? 0) + 1,
        ":readRevision": captionRevision,
        ":at": at,
        ":complete": "COMPLETE",
      },
    );
    return { applied: updated !== undefined, job: updated ?? (await this.existing(jobId)) };
  }

  /**
   * Ids of the jobs that a sweep has to check and that none has checked since `since` (epoch seconds), the
   * one that has waited longest first.
   */
  async *unchecked(sweep: NonNullable<Job["sweep"]>, since: number): AsyncGenerator<string> {
    const pages = paginateQuery(
      { client: this.client },
      {
        TableName: this.tableName,
        IndexName: "SweepIndex",
        KeyConditionExpression: "sweep = :sweep AND lookedAt < :since",
        ExpressionAttributeValues: { ":sweep": sweep, ":since": since },
      },
    );
    for await (const { Items = [] } of pages) yield* Items.map(({ jobId }) => String(jobId));
  }

  /** When the oldest job that is still SUBMITTED was created, in epoch seconds; undefined if there is none. */
  async oldestWaiting(): Promise<number | undefined> {
    const { Items: [oldest] = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.tableName,
        IndexName: "StatusIndex",
        KeyConditionExpression: "#status = :submitted",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":submitted": "SUBMITTED" },
        Limit: 1,
      }),
    );
    return oldest && Number(oldest.createdAt);
  }

  /** Changes one output of a COMPLETE row, and its playback URL. @returns the row, changed or not */
  private async setOutput(
    job: Job,
    name: "storyboard" | "poster",
    url: string,
    {
      also = "",
      removal = "",
      values = {},
      names = {},
    }: {
      also?: string;
      removal?: string;
      values?: Record<string, unknown>;
      names?: Record<string, string>;
    },
  ): Promise<Job> {
    const published = job.playback === undefined ? "" : ", #playback.#output = :published";
    const changed = await this.send(
      job.jobId,
      `SET #outputs.#output = :url${published}, #updatedAt = :updatedAt${also}${removal}`,
      "#status = :complete AND attribute_exists(#outputs)",
      {
        ...values,
        ":complete": "COMPLETE",
        ":url": url,
        ":published": job.playback && publishedWith(job.playback, url),
        ":updatedAt": this.nowSeconds(),
      },
      { "#output": name, ...names },
    );
    return changed ?? this.existing(job.jobId);
  }

  private unannounced(): Pick<Job, "sweep" | "lookedAt" | "expiresAt"> {
    const now = this.nowSeconds();
    const expiresAt = this.retentionDays && now + this.retentionDays * 86_400;
    return { sweep: "UNANNOUNCED", lookedAt: now, expiresAt };
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
    { set = {}, remove = [], mediaConvertJobId, guards = [], values = {} }: RowChange,
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
        ...values,
        ...Object.fromEntries(assigned.map(([name, value]) => [`:${name}`, value])),
        ":mediaConvertJobId": mediaConvertJobId,
      },
    );
  }

  /**
   * @param names what `#name` stands for, unless it is the attribute `name`
   * @returns the row after the update, undefined if the condition failed
   */
  private async send(
    jobId: string,
    update: string,
    condition: string,
    values: Record<string, unknown>,
    names: Record<string, string> = {},
  ): Promise<Job | undefined> {
    const row = await this.write(jobId, update, condition, values, { names, returned: "ALL_NEW" });
    return row && jobRow.parse(row);
  }

  /** DynamoDB rejects names and values that no expression uses, so those are left out. */
  private async write(
    jobId: string,
    UpdateExpression: string,
    ConditionExpression: string,
    values: Record<string, unknown>,
    { names = {}, returned }: { names?: Record<string, string>; returned: "ALL_NEW" | "ALL_OLD" | "NONE" },
  ): Promise<Record<string, unknown> | undefined> {
    const used = (pattern: RegExp) => new Set(`${UpdateExpression} ${ConditionExpression}`.match(pattern));
    const placeholders = [...used(/:\w+/g)];
    const update = new UpdateCommand({
      TableName: this.tableName,
      Key: { jobId },
      UpdateExpression,
      ConditionExpression,
      ExpressionAttributeNames: Object.fromEntries(
        [...used(/#\w+/g)].map((name) => [name, names[name] ?? name.slice(1)]),
      ),
      ExpressionAttributeValues:
        placeholders.length === 0
          ? undefined
          : Object.fromEntries(placeholders.map((placeholder) => [placeholder, values[placeholder]])),
      ReturnValues: returned,
    });
    const answer = await ifConditionHolds(this.client.send(update));
    return answer && (answer.Attributes ?? {});
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
  /** Condition expressions that must all hold; their values are those of `set`, `values` and `STATUS_VALUES`. */
  readonly guards?: readonly string[];
  readonly values?: Readonly<Record<string, unknown>>;
}

const STATUS_VALUES = { ":submitted": "SUBMITTED", ":processing": "PROCESSING" };

const SUBMITTED = "#status = :submitted";
const NOT_ENDED = "#status IN (:submitted, :processing)";
const SAME_TICKET = "#ticket = :ticket";
const NO_NEWER_TICKET = "(attribute_not_exists(#ticket) OR #ticket <= :ticket)";
const NO_RUNNING_ATTEMPT = "(attribute_not_exists(#attemptExpiresAt) OR #attemptExpiresAt < :now)";
const NEWER_EVENT = "(attribute_not_exists(#lastEventAt) OR #lastEventAt < :lastEventAt)";
const SAME_MEDIA_CONVERT_JOB =
  "(attribute_not_exists(#mediaConvertJobId) OR #mediaConvertJobId = :mediaConvertJobId)";
