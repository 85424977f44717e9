import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Judgement } from "aws-stand-ins/iam/access-control";
import { makeClip, tools } from "aws-stand-ins/testing/clips";
import { LocalPipeline } from "../../../local/pipeline";
import { eventually } from "../eventually";

/** A judgement, in JSON. */
export interface RecordedCall {
  readonly roleArn: string;
  readonly action: string;
  readonly resource: string;
  readonly context: [string, string][];
  readonly isAllowed: boolean;
}

type Row = { jobId: string; inputFile: string; status: string; notifiedAt?: number };

const LONG_AGO = 1_000_000_000;

/** Makes every part of the stack work once, and prints each call that IAM judged. */
async function record(stackDirectory: string, folder: string): Promise<void> {
  const pipeline = await LocalPipeline.start({ stackDirectory, dataDirectory: join(folder, "data"), tools });
  const calls: RecordedCall[] = [];
  pipeline.access.on("judged", ({ session, context, ...judged }: Judgement) =>
    calls.push({ ...judged, roleArn: session.roleArn, context: [...context] }),
  );
  try {
    await exercise(pipeline, folder);
  } finally {
    await pipeline.stop();
  }
  process.stdout.write(JSON.stringify(calls));
}

async function exercise(pipeline: LocalPipeline, folder: string): Promise<void> {
  const client = {
    endpoint: pipeline.endpointUrl,
    region: pipeline.stack.homeRegion,
    credentials: { accessKeyId: "admin", secretAccessKey: "any" },
  };
  const rows = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const sqs = new SQSClient(client);
  const allRows = async () =>
    (await rows.send(new ScanCommand({ TableName: pipeline.jobTable, ConsistentRead: true }))).Items as Row[];
  const change = (jobId: string, changes: Record<string, unknown>, removed: string[] = []) =>
    rows.send(
      new UpdateCommand({
        TableName: pipeline.jobTable,
        Key: { jobId },
        UpdateExpression:
          `SET ${Object.keys(changes).map((name) => `#${name} = :${name}`)}` +
          (removed.length > 0 ? ` REMOVE ${removed}` : ""),
        ExpressionAttributeNames: Object.fromEntries(Object.keys(changes).map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(changes).map(([name, value]) => [`:${name}`, value]),
        ),
      }),
    );
  /** The row of an upload once its outcome is announced, which is the last step. */
  const endedRow = (file: string) =>
    eventually(`the outcome of ${file}`, async () =>
      (await allRows()).find((row) => row.inputFile === file && row.notifiedAt !== undefined),
    );
  const send = (message: object) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: pipeline.stack.output("ProcessingQueueUrl"),
        MessageBody: JSON.stringify(message),
      }),
    );

  const invoke = (name: string, event: object) =>
    fetch(`${pipeline.endpointUrl}/2015-03-31/functions/${nameOf(pipeline, name)}/invocations`, {
      method: "POST",
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=admin/20260101/any/lambda/aws4_request" },
      body: JSON.stringify(event),
    });

  const clip = await makeClip(join(folder, "clip.mp4"), { widthPx: 64, heightPx: 36, seconds: 1 });
  const text = join(folder, "text.mp4");
  await writeFile(text, "no video");
  const captions = join(folder, "good.ja.vtt");
  await writeFile(captions, "WEBVTT\n\n00:00.000 --> 00:01.000\nGood\n");
  await pipeline.upload("good.ja.vtt", captions);
  await pipeline.upload("good.mp4", clip);
  await pipeline.upload("bad.mp4", text);
  const { jobId: good } = await endedRow("good.mp4");
  const { jobId: bad } = await endedRow("bad.mp4");

  // Rows whose events were lost: the sweeper asks MediaConvert about two, and requeues one.
  const longAgo = { createdAt: LONG_AGO, updatedAt: LONG_AGO, lookedAt: LONG_AGO, sweep: "UNFINISHED" };
  const bucket = pipeline.rawBucket;
  const made = (inputFile: string, mediaConvertJobId: string) =>
    change(inputFile, {
      status: "PROCESSING",
      ...longAgo,
      inputBucket: bucket,
      inputFile,
      fileSize: 1,
      mediaConvertJobId,
    });
  await change(good, { status: "PROCESSING", ...longAgo }, ["notifiedAt", "lastEventAt", "outputs"]);
  await change(bad, { status: "SUBMITTED", ...longAgo }, ["notifiedAt", "mediaConvertJobId"]);
  await made("lost.mp4", "unknown-to-mediaconvert");
  await unmarkCaptions(pipeline, good);
  await invoke("job-sweeper", {});
  await Promise.all(["good.mp4", "lost.mp4"].map(endedRow));

  // A running job whose row has ended, a job that fails in MediaConvert, and an event that media-processor rejects.
  await change(bad, { status: "ERROR" });
  await invoke("status-updater", jobEvent(bad, { status: "PROGRESSING", jobId: "stray" }));
  await made("failed.mp4", "failed");
  await invoke("status-updater", jobEvent("failed.mp4", FAILED));
  await endedRow("failed.mp4");
  await invoke("media-processor", { Records: [{}] });

  // The retry lane: a job that MediaConvert may already have, and an order for a missing object.
  await change(bad, { status: "SUBMITTED", submittingAt: LONG_AGO });
  await send({
    retry: { bucket, key: "bad.mp4", sizeBytes: 8, versionId: await versionOf(pipeline, "bad.mp4") },
  });
  await send({ bucket, key: "missing.mp4" });
  const deadLetters = pipeline.stack.output("ProcessingQueueUrl").replace("-queue-", "-dlq-");
  await eventually("the refused order in the dead-letter queue", async () => {
    const batch = { QueueUrl: deadLetters, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(batch));
    return Messages.find(({ Body = "" }) => Body.includes("missing.mp4"));
  });
  await endedRow("bad.mp4");
}

/** Makes the captions of a job the default, as MediaConvert does. */
async function unmarkCaptions(pipeline: LocalPipeline, jobId: string): Promise<void> {
  const bucket = pipeline.stack.output("ProcessedVideosBucketName");
  const manifest = await pipeline.objects.head(bucket, `${jobId}/main.m3u8`);
  if (manifest === undefined) throw new Error(`${jobId} has no manifest.`);
  const text = await readFile(manifest.path, "utf8");
  await writeFile(`${manifest.path}-unmarked`, text.replace("DEFAULT=NO", "DEFAULT=YES"));
  await pipeline.objects.put(bucket, manifest.key, { file: `${manifest.path}-unmarked` });
}

/** Names end in the environment's suffix. */
function nameOf(pipeline: LocalPipeline, beginning: string): string {
  const names = pipeline.stack
    .resources("aws_lambda_function")
    .map(({ arguments: given }) => String(given.function_name));
  return names.find((name) => name.startsWith(beginning)) ?? beginning;
}

const FAILED = { jobId: "failed", status: "ERROR", errorCode: 1040, errorMessage: "It failed." };

function jobEvent(jobId: string, given: object): object {
  const time = new Date().toISOString().replace(/\.\d+/, "");
  const detail = { timestamp: Date.now(), queue: "any", userMetadata: { jobId }, ...given };
  return { source: "aws.mediaconvert", "detail-type": "MediaConvert Job State Change", time, detail };
}

async function versionOf(pipeline: LocalPipeline, key: string): Promise<string | undefined> {
  return (await pipeline.objects.head(pipeline.rawBucket, key))?.versionId;
}

const [stackDirectory = "", folder = ""] = process.argv.slice(2);
void record(stackDirectory, folder);
