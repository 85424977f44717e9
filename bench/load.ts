import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ListJobsCommand, MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { DynamoDBDocumentClient, paginateQuery } from "@aws-sdk/lib-dynamodb";
import type { LocalPipeline } from "../local/pipeline";
import { measureSdkCalls } from "./load-floor";
import type { Pipelines } from "./pipeline";
import type { Row } from "./table";

const UPLOADERS = 4;
/** docs/performance.md names them. */
const SDK_CALLS_PER_UPLOAD = 16;

/**
 * Uploads many videos in instant mode, which times everything but encoding, and counts what came of each.
 *
 * @param uploads how many
 */
export async function measureLoad(pipelines: Pipelines, directory: string, uploads: number): Promise<Row[]> {
  const floor = (await measureSdkCalls()) / SDK_CALLS_PER_UPLOAD;
  const pipeline = await pipelines.start({ instant: true });
  const file = join(directory, "tiny.mp4");
  await writeFile(file, "instant mode accepts any bytes");
  const memory: number[] = [];
  const sampling = setInterval(() => memory.push(process.memoryUsage().rss / 1e6), 1000);
  const began = performance.now();
  let next = 0;
  const uploadNext = async () => {
    while (next < uploads) await pipeline.upload(`load/${next++}.mp4`, file);
  };
  await Promise.all(Array.from({ length: UPLOADERS }, uploadNext));
  while (!(await pipeline.isIdle())) {
    await sleep(500);
    // A subscriber reads its messages.
    await pipeline.notifications.read();
  }
  const perSecond = uploads / ((performance.now() - began) / 1000);
  clearInterval(sampling);

  const complete = await countComplete(pipeline);
  const jobs = await countJobs(new MediaConvertClient(pipeline.clientOptions));
  const notifications = await pipeline.notifications.read();
  const notified = new Set(notifications.map(({ message }) => (message as { jobId: string }).jobId)).size;
  const at = (share: number) => memory[Math.floor(share * (memory.length - 1))] ?? 0;
  await pipelines.stop();
  const what = `${uploads.toLocaleString("en")} uploads in instant mode`;
  return [
    { what: `${what}, lost`, value: uploads - Math.min(complete, notified), limit: 0 },
    { what: `${what}, doubled`, value: jobs - complete + notifications.length - notified, limit: 0 },
    { what: `${what}, a second`, value: perSecond, aim: 21, isSpeed: true },
    { what: `${what}, time relative to their SDK calls alone`, value: floor / perSecond },
    { what: `${what}, memory at the end to that after half`, value: at(1) / at(0.5), aim: 1.2, limit: 2 },
  ];
}

async function countComplete(pipeline: LocalPipeline): Promise<number> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(pipeline.clientOptions));
  const pages = paginateQuery(
    { client },
    {
      TableName: pipeline.jobTable,
      IndexName: "StatusIndex",
      KeyConditionExpression: "#status = :complete",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":complete": "COMPLETE" },
      Select: "COUNT",
    },
  );
  let count = 0;
  for await (const { Count = 0 } of pages) count += Count;
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
