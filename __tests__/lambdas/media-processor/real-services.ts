import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { findFfmpeg } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { LocalMediaConvert } from "aws-stand-ins/mediaconvert/service";
import { serve } from "aws-stand-ins/testing/local-server";
import { LAMBDA_VARIABLES } from "../function-context";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";
import { acceptedByQueue, PUBLISHED } from "../service-endpoint";

const ACCOUNT = "111122223333";
const QUEUE = "videos";
const DEAD_LETTER_QUEUE_URL = `https://sqs.eu-south-2.amazonaws.com/${ACCOUNT}/dead-letters`;

/** Every service that media-processor calls, with a directory as the bucket of raw videos. */
export interface RealServices {
  readonly table: TestTable;
  /** Notifications on the failure topic. */
  readonly published: { error?: { code: string; message: string } }[];
  /** Bodies of the messages in the retry lane. */
  readonly inRetryLane: unknown[];
  readonly deadLetters: { readonly body: string; readonly reason: string }[];
  stop(): Promise<void>;
}

/**
 * A real DynamoDB API, a MediaConvert whose Probe and CreateJob are real but which starts no job, and the
 * calls of S3, SNS and SQS that are needed. Sets the function's environment variables.
 *
 * @param versionOf the version of an object, `v1` if undefined
 */
export async function startRealServices(
  bucketDirectory: string,
  versionOf: (key: string) => string | undefined,
): Promise<RealServices> {
  const published: RealServices["published"] = [];
  const inRetryLane: unknown[] = [];
  const deadLetters: RealServices["deadLetters"] = [];
  const pathOf = (key: string) => join(bucketDirectory, key);

  const mediaConvert = new LocalMediaConvert({
    accountId: ACCOUNT,
    region: "eu-west-3",
    queues: [{ name: QUEUE }],
    concurrentJobs: 0,
    storage: {
      read: async (uri) => {
        const path = pathOf(uri.replace("s3://raw/", ""));
        return (await stat(path).catch(() => undefined)) && path;
      },
      write: async () => {
        throw new Error("No job starts, so nothing is written.");
      },
    },
    publish: () => undefined,
    tools: findFfmpeg(process.env),
    workDirectory: join(tmpdir(), "never-used"),
  });

  const s3 = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.includes("list-type=2")) return response.writeHead(200).end("<ListBucketResult/>");
    const key = decodeURIComponent(new URL(request.url ?? "", "http://s3").pathname.replace("/raw/", ""));
    const file = await stat(pathOf(key)).catch(() => undefined);
    if (!file) return response.writeHead(404).end();
    const headers = { "content-length": file.size, "x-amz-version-id": versionOf(key) ?? "v1" };
    response.writeHead(200, headers);
    return request.method === "GET" ? createReadStream(pathOf(key)).pipe(response) : response.end();
  };
  const sns = async (request: IncomingMessage, response: ServerResponse) => {
    published.push(JSON.parse(new URLSearchParams(await text(request)).get("Message") ?? ""));
    response.writeHead(PUBLISHED.status, PUBLISHED.headers).end(PUBLISHED.body);
  };
  const sqs = async (request: IncomingMessage, response: ServerResponse) => {
    const sent = { path: "/", body: await text(request) };
    const { QueueUrl, MessageBody, MessageAttributes } = JSON.parse(sent.body);
    if (QueueUrl === DEAD_LETTER_QUEUE_URL) {
      deadLetters.push({ body: MessageBody, reason: MessageAttributes.ErrorMessage.StringValue });
    } else inRetryLane.push(JSON.parse(MessageBody));
    const { status, headers, body } = acceptedByQueue(sent);
    response.writeHead(status, headers).end(body);
  };

  const table = await startJobTable();
  const servers = await Promise.all([mediaConvert.handle.bind(mediaConvert), s3, sns, sqs].map(serve));
  const [mediaConvertUrl, s3Url, snsUrl, sqsUrl] = servers.map(({ url }) => url);
  Object.assign(process.env, LAMBDA_VARIABLES, {
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_MEDIACONVERT: mediaConvertUrl,
    AWS_ENDPOINT_URL_S3: s3Url,
    AWS_ENDPOINT_URL_SNS: snsUrl,
    AWS_ENDPOINT_URL_SQS: sqsUrl,
    SOURCE_SUFFIXES: ".mp4,.part,.flv",
    JOB_TABLE: TABLE_NAME,
    PROCESSED_BUCKET: "processed",
    THUMBNAILS_BUCKET: "thumbnails",
    MEDIACONVERT_ROLE: `arn:aws:iam::${ACCOUNT}:role/media-convert`,
    MEDIACONVERT_QUEUE: `arn:aws:mediaconvert:eu-west-3:${ACCOUNT}:queues/${QUEUE}`,
    MEDIACONVERT_REGION: "eu-west-3",
    FAILURE_TOPIC: `arn:aws:sns:eu-south-2:${ACCOUNT}:failure`,
    MAX_INPUT_MINUTES: "360",
    MAX_JOB_COST_USD: "0.5",
    LADDER_MAX_HEIGHT: "1080",
    CELLULAR_VARIANT: "false",
    FIELD_DOUBLING: "false",
    PACKAGING: "hls",
    PROGRESSIVE_MANIFEST: "false",
    SURROUND: "downmix",
    BUDGET_TIME_ZONE: "UTC",
    DEAD_LETTER_QUEUE_URL,
    RETRY_QUEUE_URL: `https://sqs.eu-south-2.amazonaws.com/${ACCOUNT}/processing`,
  });
  return {
    table,
    published,
    inRetryLane,
    deadLetters,
    stop: async () => {
      await Promise.all(servers.map((server) => server.close()));
      await mediaConvert.stop();
      await table.stop();
    },
  };
}
