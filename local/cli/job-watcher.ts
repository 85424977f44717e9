import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import type { StoredObject } from "aws-stand-ins/s3/model";
import { z } from "zod";
import type { LocalPipeline } from "../pipeline";

const jobError = z.object({ code: z.string(), message: z.string(), advice: z.string().optional() });
export type JobError = z.infer<typeof jobError>;

/** The upload of a job's row. */
const jobInput = z.object({
  inputBucket: z.string().optional(),
  inputFile: z.string().optional(),
  inputVersionId: z.string().optional(),
});
/** The attributes of a job's row that the report needs. */
const jobRow = z.looseObject({
  jobId: z.string(),
  status: z.string(),
  mediaConvertJobId: z.string().optional(),
  outputs: z
    .looseObject({
      hlsManifest: z.string().optional(),
      dashManifest: z.string().optional(),
      storyboard: z.string().optional(),
      thumbnailPrefix: z.string().optional(),
    })
    .optional(),
  error: jobError.optional(),
  source: z.looseObject({ durationSeconds: z.number().optional() }).optional(),
  estimatedCostUsd: z.number().optional(),
  renditions: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        widthPx: z.number().optional(),
        heightPx: z.number().optional(),
        averageBitrateBps: z.number().optional(),
      }),
    )
    .optional(),
  warnings: z.record(z.string(), z.string()).optional(),
});
export type JobRow = z.infer<typeof jobRow>;

/** How the job of one upload ended. */
export interface WatchedJob {
  readonly upload: StoredObject;
  /** undefined if no function wrote one. */
  readonly row: JobRow | undefined;
  /** Why the job will never end; undefined if it has ended. */
  readonly stuck: string | undefined;
  /** From the upload to the end; undefined if the job never ended. */
  readonly seconds: number | undefined;
}

/** @param percent how much of transcoding is done */
export type OnProgress = (status: string, percent: number) => void;

interface Watch {
  readonly upload: StoredObject;
  readonly onProgress: OnProgress;
  readonly end: (job: WatchedJob) => void;
  readonly fail: (error: unknown) => void;
  /** By the process's clock. */
  readonly beganMs: number;
  endedMs?: number;
  row?: JobRow;
  /** Whether the pipeline was idle at the last poll. */
  wasIdle: boolean;
}

const TERMINAL = ["COMPLETE", "ERROR", "CANCELED"];
const POLL_MS = 200;
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
const MAX_KEYS = 100;

type WatchedPipeline = Pick<
  LocalPipeline,
  "clientOptions" | "failures" | "isIdle" | "jobTable" | "percentComplete"
>;

/** Watches any number of jobs with one poll of the table at a time. */
export class JobWatcher {
  private readonly table: DynamoDBDocumentClient;
  private readonly watches = new Map<string, Watch>();
  private isPolling = false;

  constructor(private readonly pipeline: WatchedPipeline) {
    this.table = DynamoDBDocumentClient.from(new DynamoDBClient(pipeline.clientOptions));
  }

  /**
   * Waits until the upload's job has ended, or never will.
   *
   * @param onProgress called on each poll
   */
  watch(upload: StoredObject, onProgress: OnProgress): Promise<WatchedJob> {
    return new Promise((end, fail) => {
      this.watches.set(identity(upload), {
        ...{ upload, onProgress, end, fail, wasIdle: false },
        beganMs: performance.now(),
      });
      if (!this.isPolling) void this.poll();
    });
  }

  private async poll(): Promise<void> {
    this.isPolling = true;
    try {
      let pauseMs = 0;
      while (this.watches.size > 0) {
        await sleep(pauseMs);
        const began = performance.now();
        await this.look([...this.watches.values()]);
        // Watching takes at most half of the time, however many jobs there are.
        pauseMs = Math.max(POLL_MS, performance.now() - began);
      }
    } catch (error) {
      for (const { fail } of this.watches.values()) fail(error);
      this.watches.clear();
    } finally {
      this.isPolling = false;
    }
  }

  private async look(watches: readonly Watch[]): Promise<void> {
    // Before the rows are read: otherwise the last write could come in between.
    const isIdle = await this.pipeline.isIdle();
    const hasNoRow = watches.some(({ row }) => row === undefined);
    await this.readRows(watches);
    if (hasNoRow) await this.findRows();
    for (const watch of watches) {
      const { upload, row, onProgress } = watch;
      if (row !== undefined) onProgress(row.status, this.percentOf(row));
      const hasEnded = row !== undefined && TERMINAL.includes(row.status);
      if (hasEnded) watch.endedMs ??= performance.now();
      if (isIdle && (hasEnded || watch.wasIdle)) {
        this.watches.delete(identity(upload));
        const { beganMs, endedMs } = watch;
        const seconds = endedMs === undefined ? undefined : (endedMs - beganMs) / 1000;
        watch.end({ upload, row, stuck: hasEnded ? undefined : this.whyStuck(row), seconds });
      }
      watch.wasIdle = isIdle;
    }
  }

  private async findRows(): Promise<void> {
    const pages = paginateScan(
      { client: this.table },
      { TableName: this.pipeline.jobTable, ConsistentRead: true },
    );
    for await (const { Items = [] } of pages) for (const item of Items) this.remember(item);
  }

  private async readRows(watches: readonly Watch[]): Promise<void> {
    const TableName = this.pipeline.jobTable;
    let keys = watches.flatMap(({ row }) => (row === undefined ? [] : { jobId: row.jobId }));
    while (keys.length > 0) {
      const request = { Keys: keys.slice(0, MAX_KEYS), ConsistentRead: true };
      const { Responses = {}, UnprocessedKeys = {} } = await this.table.send(
        new BatchGetCommand({ RequestItems: { [TableName]: request } }),
      );
      for (const item of Responses[TableName] ?? []) this.remember(item);
      const unprocessed = (UnprocessedKeys[TableName]?.Keys ?? []) as typeof keys;
      keys = [...keys.slice(MAX_KEYS), ...unprocessed];
    }
  }

  /** Keeps the row if its upload is watched. */
  private remember(item: unknown): void {
    const { inputBucket: bucket, inputFile: key, inputVersionId: versionId } = jobInput.parse(item);
    const watch = this.watches.get(identity({ bucket, key, versionId }));
    if (watch !== undefined) watch.row = jobRow.parse(item);
  }

  private percentOf({ status, mediaConvertJobId }: JobRow): number {
    if (status === "COMPLETE") return 100;
    return mediaConvertJobId === undefined ? 0 : this.pipeline.percentComplete(mediaConvertJobId);
  }

  private whyStuck(row: JobRow | undefined): string {
    const state = row === undefined ? "No job row was written" : `The job is still ${row.status}`;
    const failures = this.pipeline.failures.map(({ source, message }) => `${source}: ${message}`);
    return failures.length > 0
      ? `${state}, and the pipeline is idle. ${failures.join(" ")}`
      : `${state}, and the pipeline is idle: none of the job's events reached a function that updates the row. ` +
          "Check the patterns and targets of the stack's event rules.";
  }
}

/** The row of an upload to an unversioned bucket says "null". */
function identity({ bucket, key, versionId = "null" }: Partial<StoredObject>) {
  return JSON.stringify([bucket, key, versionId]);
}
