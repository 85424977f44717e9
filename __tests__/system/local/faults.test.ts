import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MediaConvertClient, paginateListJobs } from "@aws-sdk/client-mediaconvert";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { temporaryFolder } from "../../temporary-folder";
import { synthesizePipeline } from "../commands";
import { eventually } from "../eventually";
import { DevPipeline } from "./dev-pipeline";
import { editedStack } from "./edited-stack";

const ACCOUNT = "000000000000";

interface Row {
  readonly status: string;
  readonly attempts?: number;
  readonly notifiedAt?: number;
}

/** What became of the uploads of one run. */
interface Aftermath {
  readonly rows: readonly Row[];
  /** The job ids that MediaConvert was paid for. */
  readonly paid: readonly string[];
  readonly deadLetters: number;
}

const folder = temporaryFolder();

describe("the pipeline under faults", () => {
  let stack: string;
  let throttled: Promise<Aftermath>;
  let crashed: Promise<Aftermath>;

  beforeAll(async () => {
    stack = await editedStack(await synthesizePipeline(folder), ({ resource }) => {
      // The sweeper takes every job for stuck, instead of waiting for an hour.
      resource.aws_lambda_function.sweeper_lambda_function.environment.variables.STUCK_AFTER_MINUTES = "0.01";
    });
    // These two mostly wait for a retry, while the other tests run. Their tests await the outcome, or the failure.
    throttled = run(1, "throttleFirst=1");
    crashed = run(1, "crashAfterCreateJob=1");
    for (const waiting of [throttled, crashed]) waiting.catch(() => {});
  });
  afterAll(() => Promise.allSettled([throttled, crashed]));

  /** Uploads videos all at once, and waits until each job's outcome is announced. */
  async function run(uploads: number, faults: string, sweeping = false): Promise<Aftermath> {
    const data = await mkdtemp(join(folder, "data-"));
    const pipeline = await DevPipeline.start(data, "--stack", stack, "--instant", "--faults", faults);
    const client = {
      endpoint: pipeline.endpointUrl,
      region: "eu-south-2",
      credentials: { accessKeyId: "any", secretAccessKey: "any" },
    };
    const table = DynamoDBDocumentClient.from(new DynamoDBClient(client));
    try {
      await Promise.all(
        Array.from({ length: uploads }, (_, index) =>
          fetch(`${pipeline.endpointUrl}/raw-videos-dev-${ACCOUNT}/video-${index}.mp4`, {
            method: "PUT",
            headers: { authorization: "AWS4-HMAC-SHA256 Credential=any/20260101/eu-south-2/s3/aws4_request" },
            body: "x",
          }),
        ),
      );
      const rows = await eventually(`the outcome of ${uploads} uploads with ${faults}`, async () => {
        if (sweeping) await sweep(pipeline.endpointUrl);
        const { Items = [] } = await table.send(new ScanCommand({ TableName: "media-jobs-dev" }));
        const found = Items as Row[];
        const isOver = found.length >= uploads && found.every(({ notifiedAt }) => notifiedAt !== undefined);
        return isOver ? found : undefined;
      });
      const paid: string[] = [];
      for await (const { Jobs = [] } of paginateListJobs({ client: new MediaConvertClient(client) }, {}))
        paid.push(...Jobs.map(({ UserMetadata }) => UserMetadata?.jobId ?? "?"));
      return { rows, paid, deadLetters: await countDeadLetters(new SQSClient(client), pipeline.endpointUrl) };
    } finally {
      await pipeline.interrupt();
    }
  }

  async function sweep(endpointUrl: string): Promise<void> {
    await fetch(`${endpointUrl}/2015-03-31/functions/job-sweeper-dev/invocations`, {
      method: "POST",
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=any/20260101/eu-south-2/lambda/aws4_request" },
      body: "{}",
    });
  }

  async function countDeadLetters(sqs: SQSClient, endpointUrl: string): Promise<number> {
    const QueueUrl = `http://sqs.eu-south-2.localhost:${new URL(endpointUrl).port}/${ACCOUNT}/media-processing-dlq-dev`;
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    return Messages.length;
  }

  it.each([
    {
      fault: "events come twice and out of order",
      uploads: 5,
      faults: "duplicateEvents=1,shuffleEventsMs=400,seed=3",
    },
    { fault: "SNS rejects the first messages", uploads: 2, faults: "failPublishes=4" },
    { fault: "MediaConvert's first answer is lost", uploads: 2, faults: "errorCreateJob=1" },
    {
      fault: "50 uploads are each reported three times to a slow MediaConvert",
      uploads: 50,
      faults: "duplicateUploads=3,delayMs=100",
    },
  ])("completes every video and pays once for each when $fault", async ({ uploads, faults }) => {
    const { rows, paid, deadLetters } = await run(uploads, faults);
    expect(rows.map(({ status }) => status)).toEqual(Array(uploads).fill("COMPLETE"));
    expect(paid).toHaveLength(uploads);
    expect(new Set(paid).size).toBe(uploads);
    expect(deadLetters).toBe(0);
  });

  it("completes every video by the sweeper when all events are lost", async () => {
    const { rows, paid } = await run(3, "loseEvents=1", true);
    expect(rows.map(({ status }) => status)).toEqual(Array(3).fill("COMPLETE"));
    expect(paid).toHaveLength(3);
  });

  it("finds the job that it already paid for when the function crashes after CreateJob", async () => {
    const { rows, paid } = await crashed;
    expect(rows.map(({ status }) => status)).toEqual(["COMPLETE"]);
    expect(paid).toHaveLength(1);
  });

  it("retries a throttled video until it is COMPLETE", async () => {
    const { rows, paid } = await throttled;
    expect(rows).toMatchObject([{ status: "COMPLETE", attempts: 3 }]);
    expect(paid).toHaveLength(1);
  });
});
