import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetJobCommand, MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { DynamoDBDocumentClient, GetCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import type { StoredObject } from "aws-stand-ins/s3/object-store";
import { z } from "zod";
import type { LocalPipeline } from "./pipeline";

/** What the row of a job says, as far as the report needs it. */
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
  /** Absent if no function ever wrote one. */
  readonly row: JobRow | undefined;
  /** Why the job will never end, if the pipeline came to rest before it did. */
  readonly stuck: string | undefined;
}

const TERMINAL = ["COMPLETE", "ERROR", "CANCELED"];
const POLL_MS = 200;

/** Follows jobs through the table and MediaConvert's API, as an operator would. */
export class JobFollower {
  private readonly table: DynamoDBDocumentClient;
  private readonly mediaConvert: MediaConvertClient;

  constructor(private readonly pipeline: LocalPipeline) {
    const client = {
      endpoint: pipeline.endpointUrl,
      region: pipeline.stack.homeRegion,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    };
    this.table = DynamoDBDocumentClient.from(new DynamoDBClient(client));
    this.mediaConvert = new MediaConvertClient(client);
  }

  /**
   * Waits until the job of the upload has ended, or can't end any more.
   *
   * @param onChange told of each change: the status, and percent of the transcoding done
   */
  async follow(
    upload: StoredObject,
    onChange: (status: string, percent: number) => void,
  ): Promise<FollowedJob> {
    let row: JobRow | undefined;
    let restedBefore = false;
    for (;;) {
      // First whether anything is under way, then the row: the other way round, a last write could be missed.
      const resting = await this.pipeline.isIdle();
      row = row === undefined ? await this.find(upload) : await this.read(row.jobId);
      if (row !== undefined) onChange(row.status, await this.percentOf(row));
      if (row !== undefined && TERMINAL.includes(row.status) && resting)
        return { upload, row, stuck: undefined };
      if (resting && restedBefore) return { upload, row, stuck: this.whyStuck(row) };
      restedBefore = resting;
      await sleep(POLL_MS);
    }
  }

  private whyStuck(row: JobRow | undefined): string {
    const state = row === undefined ? "No job row was written" : `The job stays ${row.status}`;
    const failures = this.pipeline.failures.map(({ source, message }) => `${source}: ${message}`);
    return failures.length > 0
      ? `${state}, and nothing works on it any more. ${failures.join(" ")}`
      : `${state}, and nothing works on it any more: no event of the job reached a function that changes its row. ` +
          "Check the event rules of the stack, their patterns and targets.";
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
