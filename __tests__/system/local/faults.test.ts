import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MediaConvertClient, paginateListJobs } from "@aws-sdk/client-mediaconvert";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { describeFaults, FAULT_NAMES, FaultsError, parseFaults } from "../../../local/faults";
import { DevPipeline, PROJECT, synthesizeProject } from "./dev-pipeline";

describe("--faults", () => {
  it("reads names and values, and says them again", () => {
    expect(describeFaults(parseFaults("throttleFirst=3,duplicateEvents=0.5,seed=7"))).toBe(
      "seed=7,throttleFirst=3,duplicateEvents=0.5",
    );
  });

  it.each([
    ["nonsense=1", "'nonsense' is no fault"],
    ["throttleFirst", "'throttleFirst' is no fault with a value"],
    ["throttleFirst=", "'throttleFirst' is no fault with a value"],
    ["throttleFirst=-1", "throttleFirst='-1' is not allowed: use a whole number of 0 or more."],
    ["delayMs=soon", "delayMs='soon' is not allowed: use a whole number of 0 or more."],
    ["errorJobs=1.5", "errorJobs='1.5' is not allowed: use a whole number of 0 or more."],
    ["duplicateUploads=0", "duplicateUploads='0' is not allowed: use a whole number of 1 or more."],
    ["loseEvents=2", "loseEvents='2' is not allowed: use a number from 0 to 1."],
    ["throttleShare=-0.1", "throttleShare='-0.1' is not allowed: use a number from 0 to 1."],
    ["seed=1=2", "seed='1=2' is not allowed: use a whole number of 0 or more."],
    ["seed=1,delayMs=5,seed=1", "'seed' is given more than once: name each fault once."],
    ["delayMs=soon,loseEvents=2", "use a whole number of 0 or more.\nloseEvents='2'"],
  ])("refuses %s, saying what is allowed", (list, sentence) => {
    expect(() => parseFaults(list)).toThrow(FaultsError);
    expect(() => parseFaults(list)).toThrow(sentence);
  });

  it("is documented, each by name", async () => {
    const text = await readFile(join(PROJECT, "docs", "local.md"), "utf8");
    for (const name of FAULT_NAMES) expect(text).toContain(`\`${name}\``);
  });
});

interface Row {
  readonly inputFile: string;
  readonly status: string;
  readonly attempts?: number;
  readonly mediaConvertJobId?: string;
  readonly notifiedAt?: number;
}

const SEED_SUFFIX = "000000000000";

describe("the pipeline under faults", () => {
  let folder: string;
  let stack: string;
  /** Waits for the retry lane's delays, three of them, while the other tests run. */
  let throttled: ReturnType<typeof run>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "faults-"));
    // A sweep that takes any job for stuck, so that nobody has to wait for an hour.
    stack = join(folder, "stack");
    await cp(await synthesizeProject(), stack, { recursive: true });
    const file = join(stack, "cdk.tf.json");
    const json = await readFile(file, "utf8");
    const impatient = json.replace('"STUCK_AFTER_MINUTES": "60"', '"STUCK_AFTER_MINUTES": "0.01"');
    expect(impatient).not.toBe(json);
    await writeFile(file, impatient);
    throttled = run(1, "throttleFirst=2");
    // Its test looks at it; until then, nobody else may.
    throttled.catch(() => {});
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Uploads videos at once and waits until all their jobs have ended and been announced. */
  async function run(uploads: number, faults: string, sweeping = false) {
    const data = await mkdtemp(join(folder, "data-"));
    const pipeline = await DevPipeline.start(data, "--stack", stack, "--instant", "--faults", faults);
    const client = {
      endpoint: pipeline.endpointUrl,
      region: "eu-south-2",
      credentials: { accessKeyId: "any", secretAccessKey: "any" },
    };
    const table = DynamoDBDocumentClient.from(new DynamoDBClient(client));
    const rows = async () =>
      ((await table.send(new ScanCommand({ TableName: "media-jobs-dev" }))).Items ?? []) as unknown as Row[];
    try {
      await Promise.all(
        Array.from({ length: uploads }, (_, index) =>
          fetch(`${pipeline.endpointUrl}/raw-videos-dev-${SEED_SUFFIX}/video-${index}.mp4`, {
            method: "PUT",
            body: "x",
          }),
        ),
      );
      const deadline = Date.now() + 150_000;
      let found = await rows();
      while (found.length < uploads || found.some(({ notifiedAt }) => notifiedAt === undefined)) {
        if (Date.now() > deadline) throw new Error(`still not told of: ${JSON.stringify(found)}`);
        await sleep(500);
        if (sweeping) await sweep(pipeline.endpointUrl);
        found = await rows();
      }
      const paid: string[] = [];
      for await (const { Jobs = [] } of paginateListJobs({ client: new MediaConvertClient(client) }, {})) {
        paid.push(...Jobs.map(({ UserMetadata }) => UserMetadata?.jobId ?? "?"));
      }
      return {
        rows: found,
        paid,
        deadLetters: await deadLettersOf(new SQSClient(client), pipeline.endpointUrl),
      };
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

  async function deadLettersOf(sqs: SQSClient, endpointUrl: string) {
    const QueueUrl = `http://sqs.eu-south-2.localhost:${new URL(endpointUrl).port}/${SEED_SUFFIX}/media-processing-dlq-dev`;
    return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
  }

  it.each([
    ["events come twice and out of order", 5, "duplicateEvents=1,shuffleEventsMs=400,seed=3"],
    ["SNS fails for the first few messages", 2, "failPublishes=4"],
    ["MediaConvert loses its first answer", 2, "errorCreateJob=1"],
    [
      "50 videos come at once, three times each, while MediaConvert is slow",
      50,
      "duplicateUploads=3,delayMs=100",
    ],
  ])("when %s, every video is one COMPLETE job, paid once", async (_what, uploads, faults) => {
    const { rows, paid, deadLetters } = await run(uploads, faults);
    expect(rows.map(({ status }) => status)).toEqual(Array(uploads).fill("COMPLETE"));
    expect(paid).toHaveLength(uploads);
    expect(new Set(paid).size).toBe(uploads);
    expect(deadLetters).toEqual([]);
  });

  it("when the function dies after CreateJob, the second attempt finds the job and pays for no other", async () => {
    const { rows, paid } = await run(1, "crashAfterCreateJob=1");
    expect(rows.map(({ status }) => status)).toEqual(["COMPLETE"]);
    expect(paid).toHaveLength(1);
  });

  it("when every event is lost, the sweeper finds out what became of the videos", async () => {
    const { rows, paid } = await run(3, "loseEvents=1", true);
    expect(rows.map(({ status }) => status)).toEqual(Array(3).fill("COMPLETE"));
    expect(paid).toHaveLength(3);
  });

  it("when MediaConvert throttles the first calls, the retry lane brings the video through", async () => {
    const { rows, paid } = await throttled;
    expect(rows.map(({ status, attempts }) => ({ status, attempts }))).toEqual([
      { status: "COMPLETE", attempts: 4 },
    ]);
    expect(paid).toHaveLength(1);
  }, 180_000);
});
