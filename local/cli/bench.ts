import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ListJobsCommand, MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { findFfmpeg } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { LocalPipeline } from "../pipeline";
import { PROJECT } from "./arguments";
import { JobFollower } from "./job-follower";
import { runCommand } from "./run-command";
import { makeSampleClip } from "./sample-clip";

const RUNS = 3;
const UPLOADS = 1000;

/** Measures what docs/performance.md lists, and prints it as Markdown. */
async function bench(): Promise<number> {
  const stackDirectory = join(PROJECT, "cdktf.out/stacks/media-pipeline");
  const directory = await mkdtemp(join(tmpdir(), "media-pipeline-bench-"));
  try {
    console.log(`${new Date().toISOString().slice(0, 10)}, ${machine()}\n`);
    console.log("| what | median of three |\n|---|---|");
    await row("synthesis (`npm run synth`)", () =>
      promisify(execFile)("npm", ["run", "synth"], { cwd: PROJECT }),
    );
    let run = 0;
    const start = (instant = false) => {
      run += 1;
      const dataDirectory = join(directory, `data-${run}`);
      return LocalPipeline.start({ stackDirectory, dataDirectory, instant, tools: findFfmpeg(process.env) });
    };
    await row("local pipeline, from the JSON to ready", async () => {
      const pipeline = await start();
      return () => pipeline.stop();
    });
    const clip = join(directory, "sample.mp4");
    await makeSampleClip(clip, findFfmpeg(process.env));
    const pipeline = await start();
    await row("8 s of 720p, from upload to COMPLETE, the ladder up to 720p", async () => {
      const upload = await pipeline.upload("sample.mp4", clip);
      await new JobFollower(pipeline).follow(upload, () => {});
    });
    await pipeline.stop();
    const isSound = await load(await start(true), directory);
    return isSound ? 0 : 1;
  } finally {
    await rm(directory, { recursive: true });
  }
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
  while (complete < UPLOADS) {
    await sleep(500);
    complete = await countComplete(table, pipeline.jobTable);
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
    if (complete < UPLOADS && (await pipeline.isIdle())) break;
  }
  const seconds = (performance.now() - began) / 1000;
  const jobs = await countJobs(new MediaConvertClient(pipeline.clientOptions));
  await pipeline.stop();
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

function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`;
}

runCommand(bench);
