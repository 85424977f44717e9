import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateMultipartUploadCommand, S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { ListMessageMoveTasksCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { LocalPipeline } from "../../../local/pipeline";
import { eventually } from "../eventually";

const PART_BYTES = 8 * 2 ** 20;

/** What an operator finds: a finished job, a failed one, and whatever a verb needs besides. */
export class OperatedPipeline {
  /** Of `large.mp4`, which is uploaded in two parts. */
  static readonly LARGE_BYTES = PART_BYTES + 1;
  /** Keys of the finished and of the failed job. */
  readonly film = "film.mp4";
  readonly failed = "failed.mp4";

  private readonly rows: DynamoDBDocumentClient;
  private readonly sqs: SQSClient;
  private readonly s3: S3Client;

  private constructor(
    readonly pipeline: LocalPipeline,
    private readonly folder: string,
    /** Signs playback. */
    readonly privateKeyFile: string,
  ) {
    const { clientOptions } = pipeline;
    this.rows = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions));
    this.sqs = new SQSClient({ ...clientOptions, useQueueUrlAsEndpoint: false });
    this.s3 = new S3Client({ ...clientOptions, forcePathStyle: true });
  }

  static async prepare(
    pipeline: LocalPipeline,
    folder: string,
    privateKeyFile: string,
  ): Promise<OperatedPipeline> {
    const operated = new OperatedPipeline(pipeline, folder, privateKeyFile);
    await writeFile(join(folder, operated.film), "instant mode accepts any bytes");
    await writeFile(join(folder, operated.failed), "");
    for (const key of [operated.film, operated.failed]) await pipeline.upload(key, join(folder, key));
    await eventually("the ends of the jobs", async () => {
      const { Items = [] } = await operated.rows.send(new ScanCommand({ TableName: pipeline.jobTable }));
      return Items.filter(({ notifiedAt }) => notifiedAt !== undefined).length >= 2 ? true : undefined;
    });
    return operated;
  }

  /** @returns a file whose upload to its key was interrupted after the first of two parts */
  async interruptedUpload(): Promise<string> {
    const object = { Bucket: this.pipeline.rawBucket, Key: "large.mp4" };
    const { UploadId } = await this.s3.send(
      new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: "SHA256" }),
    );
    const Body = Buffer.alloc(PART_BYTES, "a");
    await this.s3.send(
      new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body, ChecksumAlgorithm: "SHA256" }),
    );
    return join(this.folder, object.Key);
  }

  /** @returns the id of a job that MediaConvert has */
  async runningJob(): Promise<string> {
    const jobId = randomBytes(32).toString("hex");
    const now = Math.floor(Date.now() / 1000);
    const Item = {
      ...{ jobId, status: "PROCESSING", createdAt: now, updatedAt: now, fileSize: 1 },
      ...{ inputBucket: this.pipeline.rawBucket, inputFile: "running.mp4", mediaConvertJobId: "1-a" },
    };
    await this.rows.send(new PutCommand({ TableName: this.pipeline.jobTable, Item }));
    return jobId;
  }

  /** @returns a file of captions that the film doesn't have yet */
  async captions(): Promise<string> {
    const file = join(this.folder, "film.ja.vtt");
    await writeFile(file, `WEBVTT\n\n00:01.000 --> 00:02.000\n${randomBytes(4).toString("hex")}\n`);
    return file;
  }

  /** @returns the ids of a dead upload and of a dead event */
  async deadLetters(): Promise<[string, string]> {
    await this.endOfRedrives();
    return [await this.deadLetter("media-processing-dlq"), await this.deadLetter("media-status-dlq")];
  }

  /** A redrive that still runs would take new messages, too. */
  private async endOfRedrives(): Promise<void> {
    const queue = this.pipeline.stack
      .resources("aws_sqs_queue")
      .find(({ arguments: given }) => String(given.name).startsWith("media-processing-dlq"));
    const SourceArn = queue && this.pipeline.stack.arnOf(queue);
    await eventually("the end of the redrives", async () => {
      const { Results = [] } = await this.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
      return Results.every(({ Status }) => Status !== "RUNNING") ? true : undefined;
    });
  }

  private async deadLetter(queue: string): Promise<string> {
    const QueueUrl = this.pipeline.stack
      .output("ProcessingQueueUrl")
      .replace("media-processing-queue", queue);
    const { MessageId = "" } = await this.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: "broken" }),
    );
    return MessageId;
  }
}
