import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type Outcome, runScript } from "../commands";
import { eventually } from "../eventually";
import { DevPipeline } from "../local/dev-pipeline";

const RAW = "raw-videos-dev-000000000000";
const REGION = "eu-south-2";
const LONG_AGO = 1_000_000_000;

/** A local pipeline in which every trouble of the runbook has happened. */
export class TroubledPipeline {
  private readonly lambda: LambdaClient;
  private readonly s3: S3Client;
  private readonly sqs: SQSClient;
  private readonly rows: DynamoDBDocumentClient;

  private constructor(private readonly dev: DevPipeline) {
    const clientOptions = {
      endpoint: dev.endpointUrl,
      region: REGION,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    };
    this.lambda = new LambdaClient(clientOptions);
    this.s3 = new S3Client({ ...clientOptions, forcePathStyle: true });
    this.sqs = new SQSClient({ ...clientOptions, useQueueUrlAsEndpoint: false });
    this.rows = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions));
  }

  static async start(folder: string): Promise<TroubledPipeline> {
    // Enough for one of the videos a day.
    const settings = { DAILY_BUDGET_USD: "0.01" };
    const dev = await DevPipeline.startWith(settings, join(folder, "data"), "--instant");
    const pipeline = new TroubledPipeline(dev);
    await pipeline.makeTrouble();
    return pipeline;
  }

  /** Runs `npm run media` as on AWS, where `S` is the environment. */
  media(commandLine: string): Promise<Outcome> {
    const parameters = commandLine.split(" ").map((one) => (one === "S" ? "dev" : one));
    const env = {
      ...process.env,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      ...{ AWS_ENDPOINT_URL: this.dev.endpointUrl, AWS_REGION: REGION },
      ...{ AWS_ACCESS_KEY_ID: "OperatorActPolicy", AWS_SECRET_ACCESS_KEY: "local" },
    };
    return runScript("operator/main.ts", parameters, { env });
  }

  async json<Document>(commandLine: string): Promise<Document> {
    return JSON.parse((await this.media(`${commandLine} --json --env S`)).stdout);
  }

  stop(): Promise<unknown> {
    return this.dev.interrupt();
  }

  private async makeTrouble(): Promise<void> {
    await this.upload("film.mp4", "instant mode accepts any bytes");
    await this.untilStatus("film.mp4", "COMPLETE");
    await this.upload("late.mp4", "instant mode accepts any bytes");
    for (const key of ["empty.mp4", "2026/1.mp4", "2026/2.mp4"]) await this.upload(key, "");
    for (const key of ["empty.mp4", "2026/1.mp4", "2026/2.mp4"]) await this.untilStatus(key, "ERROR");
    await this.upload("film.mkv", "a video with another ending");
    await this.send("media-processing-queue-dev", { bucket: RAW, key: "missing.mp4" });
    await this.invoke("media-processor-dev", { Records: [{}] });
    await this.invoke("status-updater-dev", { detail: {} });
    await this.strayEvent();
    await this.unreadableRow();
    await this.invoke("job-sweeper-dev", {});
    await this.untilStatus("late.mp4", "SUBMITTED");
    await eventually("the dead letters", async () => {
      const { length } = await this.json<unknown[]>("dead-letters list");
      return length >= 3 ? true : undefined;
    });
    await eventually("the sweep", async () => {
      const lines = await this.json<unknown[]>("logs job-sweeper --containing ended");
      return lines.length > 0 ? true : undefined;
    });
  }

  /** An event of a MediaConvert job that isn't the row's. */
  private async strayEvent(): Promise<void> {
    const { jobId } = await this.json<{ jobId: string }>("status film.mp4");
    const detail = {
      ...{ timestamp: Date.now(), queue: "any", userMetadata: { jobId } },
      ...{ status: "PROGRESSING", jobId: "1-stray" },
    };
    const time = new Date().toISOString().replace(/\.\d+/, "");
    const type = "MediaConvert Job State Change";
    await this.invoke("status-updater-dev", {
      source: "aws.mediaconvert",
      "detail-type": type,
      time,
      detail,
    });
  }

  /** A row that no sweep can check. */
  private async unreadableRow(): Promise<void> {
    const times = { lookedAt: LONG_AGO, createdAt: LONG_AGO, updatedAt: LONG_AGO };
    const Item = { jobId: "f".repeat(64), sweep: "UNFINISHED", ...times };
    await this.rows.send(new PutCommand({ TableName: "media-jobs-dev", Item }));
  }

  private upload(Key: string, Body: string) {
    return this.s3.send(new PutObjectCommand({ Bucket: RAW, Key, Body, ContentLength: Body.length }));
  }

  private async send(QueueName: string, message: object): Promise<void> {
    const { QueueUrl } = await this.sqs.send(new GetQueueUrlCommand({ QueueName }));
    await this.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
  }

  private async invoke(FunctionName: string, event: object): Promise<void> {
    const Payload = Buffer.from(JSON.stringify(event));
    await this.lambda.send(new InvokeCommand({ FunctionName, InvocationType: "Event", Payload }));
  }

  private untilStatus(key: string, wanted: string) {
    return eventually(`${key} to be ${wanted}`, async () => {
      const { status, stdout } = await this.media(`status ${key} --quiet --env S`);
      return status === 0 && stdout === `${wanted}\n` ? true : undefined;
    });
  }
}
