import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MediaConvertClient, paginateListJobs } from "@aws-sdk/client-mediaconvert";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { temporaryFolder } from "../../temporary-folder";
import { synthesizePipeline } from "../commands";
import { eventually } from "../eventually";
import { DevPipeline } from "./dev-pipeline";

const MOMENTS = Number(process.env.KILL_MOMENTS ?? 12);
const UPLOADS = 30;
/** A kill comes at most this long after the first upload of its run. */
const LONGEST_RUN_MS = 1500;

interface Row {
  readonly jobId: string;
  readonly inputVersionId: string;
  readonly status: string;
  readonly notifiedAt?: number;
}

const folder = temporaryFolder();
const clientOf = (pipeline: DevPipeline) => ({
  endpoint: pipeline.endpointUrl,
  region: "eu-south-2",
  credentials: { accessKeyId: "any", secretAccessKey: "any" },
});

/** @returns the version's id, or undefined if the pipeline ended before it answered */
async function upload({ endpointUrl }: DevPipeline, key: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${endpointUrl}/raw-videos-dev-000000000000/${key}`, {
      method: "PUT",
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=any/20260101/eu-south-2/s3/aws4_request" },
      body: "x",
    });
    return response.status === 200 ? (response.headers.get("x-amz-version-id") ?? "") : undefined;
  } catch {
    // Not accepted, so not counted.
    return undefined;
  }
}

async function rowsOf(pipeline: DevPipeline): Promise<Row[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientOf(pipeline)));
  const rows: Row[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: "media-jobs-dev" }))
    rows.push(...(Items as Row[]));
  return rows;
}

it(`ends every upload that was answered 200, and none twice, when it is stopped or killed at ${MOMENTS} moments`, async () => {
  const data = `${folder}/data`;
  const stack = await synthesizePipeline(folder);
  const start = () => DevPipeline.start(data, "--stack", stack, "--instant");
  const accepted: string[] = [];
  const moments: string[] = [];
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const signal = moment % 2 === 0 ? "SIGKILL" : "SIGTERM";
    const after = Math.round(Math.random() * LONGEST_RUN_MS);
    moments.push(`${signal} after ${after} ms`);
    const pipeline = await start();
    const share = Math.ceil((UPLOADS * (moment + 1)) / MOMENTS) - Math.ceil((UPLOADS * moment) / MOMENTS);
    const uploads = Array.from({ length: share }, (_, index) => upload(pipeline, `${moment}-${index}.mp4`));
    await sleep(after);
    await pipeline.interrupt(signal);
    accepted.push(...(await Promise.all(uploads)).filter((version) => version !== undefined));
  }

  const pipeline = await start();
  try {
    const rows = await eventually(`the end of every upload, after ${moments.join(", ")}`, async () => {
      const found = await rowsOf(pipeline);
      const versions = found.map(({ inputVersionId }) => inputVersionId);
      const isOver = found.every(({ notifiedAt }) => notifiedAt !== undefined);
      return isOver && accepted.every((version) => versions.includes(version)) ? found : undefined;
    });
    expect(accepted.length).toBeGreaterThan(0);
    expect(rows.map(({ status }) => status)).toEqual(rows.map(() => "COMPLETE"));
    expect(new Set(rows.map(({ inputVersionId }) => inputVersionId)).size).toBe(rows.length);
    const paid: (string | undefined)[] = [];
    for await (const { Jobs = [] } of paginateListJobs(
      { client: new MediaConvertClient(clientOf(pipeline)) },
      {},
    ))
      paid.push(...Jobs.map(({ UserMetadata }) => UserMetadata?.jobId));
    expect(paid.sort()).toEqual(rows.map(({ jobId }) => jobId).sort());
  } finally {
    await pipeline.interrupt("SIGTERM");
  }
  // Each of the starts takes seconds on a loaded machine.
}, 480_000);

it("says what a stop leaves and what the next start continues, which removes half-made outputs", async () => {
  const stack = await synthesizePipeline(folder);
  const options = ["--stack", stack, "--instant", "--faults", "throttleFirst=1"];
  const first = await DevPipeline.start(`${folder}/said`, ...options);
  await upload(first, "throttled.mp4");
  const sqs = new SQSClient(clientOf(first));
  const QueueUrl = `http://sqs.eu-south-2.localhost:${new URL(first.endpointUrl).port}/000000000000/media-processing-queue-dev`;
  await eventually("the message that retries the throttled upload", async () => {
    const AttributeNames = ["ApproximateNumberOfMessagesDelayed" as const];
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return Attributes?.ApproximateNumberOfMessagesDelayed === "1" ? true : undefined;
  });
  await first.interrupt("SIGTERM");
  expect(first.printed()).toMatch(
    /^Left for the next start with this data directory: (1 event, )?1 message\.$/m,
  );

  const halfMade = `${folder}/said/transcoding/1-abcdef-x/segment.ts`;
  mkdirSync(dirname(halfMade), { recursive: true });
  writeFileSync(halfMade, "");
  const next = await DevPipeline.start(`${folder}/said`, ...options);
  expect(existsSync(halfMade)).toBe(false);
  await next.interrupt("SIGTERM");
  expect(next.printed()).toMatch(/^Continues what the last run left: (1 event, )?1 message\.$/m);
});
