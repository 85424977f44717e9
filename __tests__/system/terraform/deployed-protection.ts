import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { BY_WORKFLOWS, type Deployment, synthesizeForTerraform } from "./deployment";
import { DEAD_LETTERS, PROCESSED, TABLE } from "./physical-names";

/** Every setting that a running pipeline can change, at once; the stand-in's provider has only one runtime. */
const CHANGED = {
  ...BY_WORKFLOWS,
  FORCE_DESTROY: "false",
  RESERVED_CONCURRENCY: "6",
  CORS_ALLOWED_ORIGINS: "https://player.example.com",
  SOURCE_SUFFIXES: ".mp4,.mov",
  ALERT_EMAILS: "operator@example.com",
  MAX_INPUT_MINUTES: "5",
  LADDER_MAX_HEIGHT: "720",
  MAX_JOB_COST_USD: "7",
};

/** Asserts that Terraform touches nothing of a protected pipeline when it should destroy it. */
export function assertProtection(deployed: () => Deployment): void {
  let refusal: string;
  let managed: readonly string[];
  beforeAll(async () => {
    const { workspace, folder, api } = deployed();
    await workspace.load(await synthesizeForTerraform(folder, "media-pipeline", CHANGED));
    await workspace.plan("-refresh=false");
    await workspace.apply();
    managed = await workspace.managed();
    // Not an upload, for which moto would run media-processor in Docker.
    await withoutPolicy(api.s3, PROCESSED, () =>
      api.s3.send(new PutObjectCommand({ Bucket: PROCESSED, Key: "film.mp4", Body: "film" })),
    );
    const { QueueUrl } = await api.sqs.send(new GetQueueUrlCommand({ QueueName: DEAD_LETTERS }));
    await api.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "upload" }));
    await api.dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: { jobId: { S: "job" } } }));
    refusal = await workspace.destroy().then(
      () => "destroyed",
      ({ message }: Error) => message,
    );
  });
  afterAll(async () => {
    const { workspace, folder } = deployed();
    await workspace.load(await synthesizeForTerraform(folder, "media-pipeline", BY_WORKFLOWS));
    await workspace.plan("-refresh=false");
    await workspace.apply();
  });

  it.each([
    "aws_s3_bucket.raw_videos",
    "aws_dynamodb_table.media_jobs",
    // Terraform names no dependency of what it refuses, and so not the dead-letter queue.
    "aws_sqs_queue.media_processing_queue",
  ])("refuses to destroy it, because of %s", (address) => {
    expect(refusal).toContain("Instance cannot be destroyed");
    expect(refusal).toContain(address);
  });

  it("keeps every resource, public access block, object, row and message", async () => {
    const { workspace, api } = deployed();
    expect(await workspace.managed()).toEqual(managed);
    const { PublicAccessBlockConfiguration } = await api.s3.send(
      new GetPublicAccessBlockCommand({ Bucket: PROCESSED }),
    );
    expect(PublicAccessBlockConfiguration?.RestrictPublicBuckets).toBe(true);
    await withoutPolicy(api.s3, PROCESSED, () =>
      api.s3.send(new HeadObjectCommand({ Bucket: PROCESSED, Key: "film.mp4" })),
    );
    expect((await api.dynamodb.send(new ScanCommand({ TableName: TABLE }))).Count).toBe(1);
    const { QueueUrl } = await api.sqs.send(new GetQueueUrlCommand({ QueueName: DEAD_LETTERS }));
    const { Messages } = await api.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages).toMatchObject([{ Body: "upload" }]);
  });
}

/** Runs an access to objects. moto ignores conditions, and so denies it by the statement that denies plain HTTP. */
async function withoutPolicy(s3: S3Client, Bucket: string, access: () => Promise<unknown>): Promise<void> {
  const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  await access();
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}
