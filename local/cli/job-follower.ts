import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetJobCommand, MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { DynamoDBDocumentClient, GetCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import type { StoredObject } from "aws-stand-ins/s3/model";
import { z } from "zod";
import type { LocalPipeline } from "../pipeline";

/** The attributes of a job's row that the report needs. */
const jobRow = z.looseObject({
  jobId: z.string(),
  status: z.string(),
  mediaConvertJobId: z.string().optional(),
  outputs: z
    .looseObject({ hlsManifest: z.string().optional(), thumbnailPrefix: z.string().optional() })
    .optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type JobRow = z.infer<typeof jobRow>;

/** How the job of one upload ended. */
export interface FollowedJob {
  readonly upload: StoredObject;
  /** undefined if no function wrote one. */
  readonly row: JobRow | undefined;
  /** Why the job will never end; undefined if it has ended. */
  readonly stuck: string | undefined;
}

const TERMINAL = ["COMPLETE", "ERROR", "CANCELED"];
const POLL_MS = 200;

/** Follows jobs through the table and MediaConvert's API, as an operator would. */
export class JobFollower {
  private readonly table: DynamoDBDocumentClient;
  private readonly mediaConvert: MediaConvertClient;

  constructor(private readonly pipeline: LocalPipeline) {
    this.table = DynamoDBDocumentClient.from(new DynamoDBClient(pipeline.clientOptions));
    this.mediaConvert = new MediaConvertClient(pipeline.clientOptions);
  }

  /**
   * Waits until the upload's job has ended, or never will.
   *
   * @param onChange called on each poll with the status and the percentage of transcoding done
   */
  async follow(
    upload: StoredObject,
    onChange: (status: string, percent: number) => void,
  ): Promise<FollowedJob> {
    let row: JobRow | undefined;
    let wasIdle = false;
    for (;;) {
      // Before the row is read: otherwise the last write could come in between.
      const isIdle = await this.pipeline.isIdle();
      row = row === undefined ? await this.find(upload) : await this.read(row.jobId);
      if (row !== undefined) onChange(row.status, await this.percentOf(row));
      if (row !== undefined && TERMINAL.includes(row.status) && isIdle)
        return { upload, row, stuck: undefined };
      if (isIdle && wasIdle) return { upload, row, stuck: this.whyStuck(row) };
      wasIdle = isIdle;
      await sleep(POLL_MS);
    }
  }

  private whyStuck(row: JobRow | undefined): string {
    const state = row === undefined ? "No job row was written" : `The job is still ${row.status}`;
    const failures = this.pipeline.failures.map(({ source, message }) => `${source}: ${message}`);
    return failures.length > 0
      ? `${state}, and the pipeline is idle. ${failures.join(" ")}`
      : `${state}, and the pipeline is idle: none of the job's events reached a function that updates the row. ` +
          "Check the patterns and targets of the stack's event rules.";
  }

  private async find({ bucket, key, versionId }: StoredObject): Promise<JobRow | undefined> {
    const pages = paginateScan(
      { client: this.table },
      {
        TableName: this.pipeline.jobTable,
        ConsistentRead: true,
        FilterExpression: "inputBucket = :bucket AND inputFile = :key AND inputVersionId = :version",
        ExpressionAttributeValues: { ":bucket": bucket, ":key": key, ":version": versionId ?? "null" },
      },
    );
    for await (const { Items: [item] = [] } of pages) if (item !== undefined) return jobRow.parse(item);
    return undefined;
  }

  private async read(jobId: string): Promise<JobRow | undefined> {
    const { Item } = await this.table.send(
      new GetCommand({ TableName: this.pipeline.jobTable, Key: { jobId }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : jobRow.parse(Item);
  }

  private async percentOf({ status, mediaConvertJobId }: JobRow): Promise<number> {
    if (status === "COMPLETE") return 100;
    if (mediaConvertJobId === undefined) return 0;
    const { Job } = await this.mediaConvert.send(new GetJobCommand({ Id: mediaConvertJobId }));
    return Job?.JobPercentComplete ?? 0;
  }
}
