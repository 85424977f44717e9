import { createHash } from "node:crypto";
import { join } from "node:path";
import { BatchWriteItemCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import { Gateway } from "aws-stand-ins/gateway";
import { sweepJobs } from "../lambdas/job-sweeper/sweep-jobs";
import type { Job } from "../lambdas/jobs/job";
import { JobRepository } from "../lambdas/jobs/job-repository";
import { recordEvent } from "../lambdas/jobs/record-event";
import type { MediaConvertEvent } from "../lambdas/transcoding/media-convert-event";
import { clientOptions } from "../local/services/stack-context";
import { startTables } from "../local/services/tables";
import { LOCAL_ACCOUNT_ID } from "../local/terraform/local-account";
import { SynthesizedStack } from "../local/terraform/synthesized-stack";
import { Jobs } from "../operator/jobs";
import type { Row } from "./table";

const RUNS = 15;
const LISTED = 20;
const STUCK = 10;
const DAY_SECONDS = 86_400;

/**
 * How long a completion, a list and a sweep take in a growing table, and the scan with which the predecessor of this
 * pipeline looked for the row of an event.
 *
 * @param sizes in rows, ascending
 * @returns how each grows from the smallest table to the largest
 */
export async function measureGrowth(
  directory: string,
  stackDirectory: string,
  sizes: readonly number[],
): Promise<Row[]> {
  const gateway = new Gateway(LOCAL_ACCOUNT_ID);
  const stack = SynthesizedStack.load(stackDirectory, await gateway.listen(0));
  await startTables({ stack, gateway, dataDirectory: join(directory, "growth") });
  try {
    const table = new GrowingTable(new DynamoDBClient(clientOptions(stack)), tableOf(stack));
    return await table.measure(sizes);
  } finally {
    await gateway.stop();
  }
}

const tableOf = (stack: SynthesizedStack) => stack.output("JobStatusTableName");

class GrowingTable {
  private readonly documents: DynamoDBDocumentClient;
  private readonly repository: JobRepository;
  private readonly jobs: Jobs;
  private rows = 0;
  private others = 0;
  /** Epoch milliseconds. Each sweep comes a day after the last one. */
  private now = Date.now();

  constructor(
    private readonly client: DynamoDBClient,
    private readonly name: string,
  ) {
    this.documents = DynamoDBDocumentClient.from(client);
    this.repository = new JobRepository(client, name, () => this.now);
    this.jobs = new Jobs({ clients: { dynamodb: client }, names: { tables: { jobs: name } } } as never);
  }

  async measure(sizes: readonly number[]): Promise<Row[]> {
    const actions = {
      "a completion": () => this.complete(),
      [`a list of ${LISTED}`]: () => this.list(),
      [`a sweep of ${STUCK}`]: () => this.sweep(),
      "a scan for an event's row, instead": () => this.scan(),
    };
    await waitUntilTableExists(
      { client: this.client, maxWaitTime: 60, minDelay: 1 },
      { TableName: this.name },
    );
    for (let stuck = 0; stuck < STUCK; stuck += 1) await this.put(this.unfinished());
    // Whatever else the machine does makes an action slower, never faster.
    const fastest: Record<string, number[]> = {};
    for (const size of sizes) {
      await this.growTo(size);
      for (const [what, action] of Object.entries(actions)) {
        // The first time also warms up the code.
        if (fastest[what] === undefined) await timesOf(action, RUNS);
        const times = await timesOf(action, what.includes("scan") ? 1 : RUNS);
        fastest[what] = [...(fastest[what] ?? []), Math.min(...times)];
      }
    }
    const ratios = Object.entries(fastest).map(([what, values]) => ({
      what: `${what}, in ${sizes.at(-1)?.toLocaleString("en")} rows to ${sizes[0]?.toLocaleString("en")}`,
      value: (values.at(-1) ?? 0) / (values[0] ?? 1),
      ...(!what.includes("scan") && { aim: 1.3, limit: 2.5 }),
    }));
    const times = sizes.flatMap((size, index) =>
      Object.entries(fastest).map(([what, values]) => ({
        what: `${what}, in ${size.toLocaleString("en")} rows`,
        value: values[index] ?? Number.NaN,
        unit: "ms" as const,
      })),
    );
    return [...times, ...ratios];
  }

  private async complete() {
    const job = this.unfinished();
    await this.put(job);
    const event = completeEvent(job);
    return () => recordEvent(event, this.dependencies());
  }

  private async list() {
    return () => this.jobs.list({ statuses: ["COMPLETE"] }, LISTED);
  }

  private async sweep() {
    this.now += DAY_SECONDS * 1000;
    return () =>
      sweepJobs({
        ...this.dependencies(),
        record: { latestEvent: async (id) => progressEvent(id) },
        retryLane: { postpone: async () => {}, postponeRecord: async () => {} },
        stuckAfterSeconds: 60,
        report: () => {},
        hasTime: () => true,
      });
  }

  private async scan() {
    return async () => {
      const pages = paginateScan(
        { client: this.documents },
        {
          TableName: this.name,
          FilterExpression: "mediaConvertJobId = :id",
          ExpressionAttributeValues: { ":id": "no job's" },
        },
      );
      for await (const _page of pages);
    };
  }

  private dependencies() {
    return {
      jobs: this.repository,
      notifier: { publish: async () => {} },
      budget: { release: async () => {} },
      manifests: { showCaptions: async () => {} },
      pictures: {
        writeStoryboard: async () => undefined,
        captureSizes: async () => new Map<number, number>(),
      },
      processedBucket: "processed",
      now: () => this.now,
    };
  }

  private unfinished(): Job {
    this.others += 1;
    return { ...rowOf(-this.others), status: "PROCESSING", sweep: "UNFINISHED", lookedAt: 1_600_000_000 };
  }

  private async put(job: Job): Promise<void> {
    await this.documents.send(new PutCommand({ TableName: this.name, Item: job }));
  }

  /** Adds finished jobs. */
  private async growTo(size: number): Promise<void> {
    const writeNext = async () => {
      while (this.rows < size) {
        const from = this.rows;
        this.rows = Math.min(size, from + BATCH);
        const items = Array.from({ length: this.rows - from }, (_, index) => itemOf(rowOf(from + index)));
        const requests = items.map((Item) => ({ PutRequest: { Item } }));
        await this.client.send(new BatchWriteItemCommand({ RequestItems: { [this.name]: requests } }));
      }
    };
    await Promise.all([writeNext(), writeNext()]);
  }
}

/** In milliseconds, of what the action returns. */
async function timesOf(prepare: () => Promise<() => Promise<unknown>>, runs: number): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const action = await prepare();
    const began = performance.now();
    await action();
    times.push(performance.now() - began);
  }
  return times;
}

/** BatchWriteItem's maximum. */
const BATCH = 25;

function rowOf(index: number): Job {
  const jobId = createHash("sha256").update(String(index)).digest("hex");
  return {
    jobId,
    status: "COMPLETE",
    createdAt: 1_600_000_000 + index,
    updatedAt: 1_600_000_000 + index,
    inputBucket: "raw",
    inputFile: `films/${index}.mp4`,
    fileSize: 1000,
    ticket: 1,
    mediaConvertJobId: `mediaconvert-${index}`,
  };
}

const itemOf = (row: Job) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "number" ? { N: String(value) } : { S: String(value) },
    ]),
  );

function completeEvent({ jobId, mediaConvertJobId = "" }: Job): MediaConvertEvent {
  const manifest = `s3://processed/${jobId}/main.m3u8`;
  const outputDetails = [
    {
      outputFilePaths: [`s3://processed/${jobId}/main_720p.m3u8`],
      durationInMs: 6000,
      videoDetails: { widthInPx: 1280, heightInPx: 720, averageBitrate: 3_000_000 },
    },
  ];
  return {
    detail: {
      ...progressEvent(mediaConvertJobId).detail,
      status: "COMPLETE",
      userMetadata: { jobId },
      outputGroupDetails: [{ type: "HLS_GROUP", playlistFilePaths: [manifest], outputDetails }],
    },
  } as MediaConvertEvent;
}

function progressEvent(mediaConvertJobId: string): MediaConvertEvent {
  return {
    detail: { timestamp: Date.now(), status: "PROGRESSING", jobId: mediaConvertJobId, userMetadata: {} },
  } as MediaConvertEvent;
}
