import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ListJobsCommand, MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import type { FfmpegTools } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { JobWatcher } from "../local/cli/job-watcher";
import { makeSampleClip } from "../local/cli/sample-clip";
import { LocalPipeline } from "../local/pipeline";

const RUNS = 3;
const UPLOADS = 1000;

/** The pipelines of a run, one at a time. */
export class Pipelines {
  private count = 0;
  private running?: LocalPipeline;

  /** @param directory for their data */
  constructor(
    private readonly stackDirectory: string,
    private readonly directory: string,
    private readonly tools: FfmpegTools,
  ) {}

  async start(instant = false): Promise<LocalPipeline> {
    this.count += 1;
    this.running = await LocalPipeline.start({
      stackDirectory: this.stackDirectory,
      dataDirectory: join(this.directory, `data-${this.count}`),
      instant,
      tools: this.tools,
    });
    return this.running;
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.stop();
  }
}

/**
 * Prints how long the local pipeline takes to start, for a video and for a thousand.
 *
 * @returns whether each upload became exactly one COMPLETE job
 */
export async function measurePipeline(
  pipelines: Pipelines,
  directory: string,
  tools: FfmpegTools,
): Promise<boolean> {
  console.log("\n| what | median of three |\n|---|---|");
  await row("local pipeline, from the JSON to ready", async () => {
    await pipelines.start();
    return () => pipelines.stop();
  });
  const clip = join(directory, "sample.mp4");
  await makeSampleClip(clip, tools);
  const pipeline = await pipelines.start();
  await row("8 s of 720p, from upload to COMPLETE, the ladder up to 720p", async () => {
    const upload = await pipeline.upload("sample.mp4", clip);
    await new JobWatcher(pipeline).watch(upload, () => {});
  });
  await pipelines.stop();
  return load(await pipelines.start(true), directory);
}

/** What IAM judges for one video, by caller, without the use of keys and the logs. */
export async function countCalls(pipelines: Pipelines, directory: string): Promise<Record<string, number>> {
  const file = join(directory, "tiny.mp4");
  await writeFile(file, "instant mode accepts any bytes");
  const pipeline = await pipelines.start(true);
  const calls: Record<string, number> = {};
  pipeline.access.on("judged", ({ session, action }) => {
    // S3, SQS and DynamoDB use keys on the caller's behalf.
    if (action.startsWith("kms:") || action.startsWith("logs:") || action.startsWith("iam:")) return;
    calls[session.name] = (calls[session.name] ?? 0) + 1;
  });
  const upload = await pipeline.upload("calls.mp4", file);
  await new JobWatcher(pipeline).watch(upload, () => {});
  while (!(await pipeline.isIdle())) await sleep(100);
  await pipelines.stop();
  return calls;
}

/** Times an action. A function that it returns runs afterwards, untimed. */
async function row(what: string, action: () => Promise<unknown>): Promise<void> {
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const began = performance.now();
    const after = await action();
    seconds.push((performance.now() - began) / 1000);
    if (typeof after === "function") await after();
  }
  seconds.sort((a, b) => a - b);
  console.log(`| ${what} | ${seconds[1]?.toFixed(1)} s |`);
}

/**
 * Uploads many videos in instant mode, which times everything but encoding.
 *
 * @returns whether each upload became exactly one COMPLETE job
 */
async function load(pipeline: LocalPipeline, directory: string): Promise<boolean> {
  const file = join(directory, "tiny.mp4");
  await writeFile(file, "instant mode accepts any bytes");
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(pipeline.clientOptions));
  const began = performance.now();
  for (let upload = 0; upload < UPLOADS; upload += 1) await pipeline.upload(`load/${upload}.mp4`, file);
  let complete = 0;
  let peakBytes = 0;
  for (let isIdle = false; complete < UPLOADS && !isIdle; ) {
    await sleep(500);
    // Asked before the count: what isn't complete in an idle pipeline never will be.
    isIdle = await pipeline.isIdle();
    complete = await countComplete(table, pipeline.jobTable);
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
  }
  const seconds = (performance.now() - began) / 1000;
  const jobs = await countJobs(new MediaConvertClient(pipeline.clientOptions));
  console.log(
    `\n${UPLOADS} uploads in instant mode: ${complete} COMPLETE, ${jobs} MediaConvert jobs, ${seconds.toFixed(0)} s, ` +
      `${(complete / seconds).toFixed(1)} jobs a second, ${Math.round(peakBytes / 1e6)} MB at most, without the functions.`,
  );
  return complete === UPLOADS && jobs === UPLOADS;
}

async function countComplete(client: DynamoDBDocumentClient, table: string): Promise<number> {
  let count = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table })) {
    count += Items.filter(({ status }) => status === "COMPLETE").length;
  }
  return count;
}

async function countJobs(client: MediaConvertClient): Promise<number> {
  let count = 0;
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListJobsCommand({ NextToken: nextToken }));
    count += page.Jobs?.length ?? 0;
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
  return count;
}
