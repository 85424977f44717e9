import type { SQSBatchResponse } from "aws-lambda";
import { DailyBudget, dayIn } from "../../../lambdas/jobs/daily-budget";
import { jobIdOf } from "../../../lambdas/jobs/job-id";
import { JobRepository } from "../../../lambdas/jobs/job-repository";
import { CONTEXT, LAMBDA_VARIABLES } from "../function-context";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";
import { sampleJob } from "../jobs/sample-job";
import {
  acceptedByQueue,
  json,
  PUBLISHED,
  type ServiceAnswer,
  ServiceEndpoint,
  type ServiceRequest,
} from "../service-endpoint";

const HANDLER = "../../../lambdas/media-processor/handler";
const RETRY_QUEUE_URL = "https://sqs.eu-south-2.amazonaws.com/111122223333/processing";
const DEAD_LETTER_QUEUE_URL = "https://sqs.eu-south-2.amazonaws.com/111122223333/dead-letters";
const FAILURE_TOPIC = "arn:aws:sns:eu-south-2:111122223333:failure";

let table: TestTable;
let mediaConvert: ServiceEndpoint;
let sns: ServiceEndpoint;
let sqs: ServiceEndpoint;
let s3: ServiceEndpoint;
let sqsAnswer: (request: ServiceRequest) => ServiceAnswer;
type HandlerModule = typeof import("../../../lambdas/media-processor/handler");
let handler: HandlerModule["handler"];
let logged: jest.SpyInstance[];

beforeAll(async () => {
  table = await startJobTable();
  mediaConvert = await ServiceEndpoint.start(answerAsMediaConvert);
  sns = await ServiceEndpoint.start(() => PUBLISHED);
  sqs = await ServiceEndpoint.start((request) => sqsAnswer(request));
  s3 = await ServiceEndpoint.start(({ method, path }) => {
    if (path.includes("list-type=2")) return { status: 200, body: "<ListBucketResult/>" };
    if (method === "GET") return { status: 206, body: "a film without captions" };
    return { status: 200, headers: { "x-amz-version-id": "v1", "content-length": "1000" }, body: "" };
  });
  Object.assign(process.env, LAMBDA_VARIABLES, {
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_MEDIACONVERT: mediaConvert.url,
    AWS_ENDPOINT_URL_SNS: sns.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    SOURCE_SUFFIXES: ".mp4",
    JOB_TABLE: TABLE_NAME,
    PROCESSED_BUCKET: "processed",
    THUMBNAILS_BUCKET: "thumbnails",
    MEDIACONVERT_ROLE: "arn:aws:iam::111122223333:role/media-convert",
    MEDIACONVERT_QUEUE: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/media",
    MEDIACONVERT_REGION: "eu-west-3",
    FAILURE_TOPIC,
    RETRY_QUEUE_URL,
    DEAD_LETTER_QUEUE_URL,
    MAX_INPUT_MINUTES: "360",
    MAX_JOB_COST_USD: "50",
    LADDER_MAX_HEIGHT: "1080",
    CELLULAR_VARIANT: "true",
    FIELD_DOUBLING: "true",
    PACKAGING: "hls",
    PROGRESSIVE_MANIFEST: "true",
    SURROUND: "downmix",
    BUDGET_TIME_ZONE: "UTC",
  });
  ({ handler } = jest.requireActual<HandlerModule>(HANDLER));
});
afterAll(() => Promise.all([table, mediaConvert, sns, sqs, s3].map((service) => service.stop())));

beforeEach(() => {
  sqsAnswer = acceptedByQueue;
  sqs.requests.length = 0;
  logged = (["info", "warn", "error", "log"] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation(),
  );
});
afterEach(() => jest.restoreAllMocks());

/** Doesn't answer for "hanging" sources; knows no duration of "fragmented" ones, and that "interlaced" ones are; throttles jobs of "busy" ones, and denies those of "forbidden" ones. */
function answerAsMediaConvert({ path, body }: ServiceRequest) {
  if (body.includes("hanging")) return undefined;
  if (path.endsWith("/probe")) {
    const videoProperties = body.includes("interlaced")
      ? {
          width: 960,
          height: 540,
          frameRate: { numerator: 25, denominator: 1 },
          codecMetadata: { scanType: "Interlaced" },
        }
      : { width: 320, height: 180 };
    const tracks = [{ trackType: "video", codec: "AVC", videoProperties }];
    const duration = body.includes("fragmented") ? 0 : 13;
    return json(200, { probeResults: [{ container: { duration, tracks } }] });
  }
  if (path.includes("/search")) return json(200, { jobs: [] });
  if (body.includes("busy")) return json(429, { message: "Slow down." }, "TooManyRequestsException");
  if (body.includes("forbidden")) return json(403, { message: "You may not." }, "ForbiddenException");
  return json(201, { job: { id: "1-abc" } });
}

function record(key: string, size = 1000) {
  return {
    eventSource: "aws:s3",
    eventName: "ObjectCreated:Put",
    s3: { bucket: { name: "raw" }, object: { key, size, versionId: "v1" } },
  };
}

function rowOf(key: string) {
  return table.rowOf(jobIdOf({ bucket: "raw", key, versionId: "v1" }));
}

const notify = (...records: unknown[]) => handler({ Records: records }, CONTEXT);

/** Delivers each body as a message; the first is message-0. */
async function deliver(...bodies: unknown[]): Promise<string[]> {
  const messages = bodies.map((body, index) => ({
    eventSource: "aws:sqs",
    messageId: `message-${index}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
  }));
  const response = (await handler({ Records: messages }, CONTEXT)) as SQSBatchResponse;
  return response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

const sentTo = (queueUrl: string) =>
  sqs.requests.map(({ body }) => JSON.parse(body)).filter(({ QueueUrl }) => QueueUrl === queueUrl);
const inRetryLane = () => sentTo(RETRY_QUEUE_URL).map(({ MessageBody }) => JSON.parse(MessageBody));
const lines = () =>
  logged.flatMap((spy) => spy.mock.calls).map(([line]): Record<string, unknown> => JSON.parse(line));

describe("a notification", () => {
  it("starts a job for every record", async () => {
    await notify(record("first+one.mp4"), record("second.mp4"));
    const started = { status: "PROCESSING", mediaConvertJobId: "1-abc", source: { widthPx: 320 } };
    expect(await rowOf("first one.mp4")).toMatchObject(started);
    expect(await rowOf("second.mp4")).toMatchObject(started);
    // Of PROGRESSIVE_MANIFEST
    const jobs = mediaConvert.requests.filter(({ path }) => path.endsWith("/jobs"));
    expect(jobs).toHaveLength(2);
    for (const { body } of jobs) expect(body).toContain('"progressiveWriteHlsManifest":"ENABLED"');
  });

  it("starts a job that is clipped at the longest duration allowed if the source's is unknown", async () => {
    await notify(record("fragmented.mp4"));
    const row = await rowOf("fragmented.mp4");
    expect(row).toMatchObject({ status: "PROCESSING", clipEndSeconds: 21_578 });
    expect(row).not.toHaveProperty("estimatedCostUsd");
    const created = mediaConvert.bodiesOf("/2017-08-29/jobs").map((body) => JSON.parse(body));
    expect(created.at(-1).settings.inputs).toMatchObject([
      { inputClippings: [{ endTimecode: "05:59:38:00" }] },
    ]);
  });

  it("starts a job with the cellular variant if the settings ask for it", async () => {
    await notify(record("cellular.mp4"));
    expect(mediaConvert.bodiesOf("/2017-08-29/jobs").at(-1)).toContain('"_144p"');
  });

  it("doubles the rate of an interlaced source if the settings ask for it", async () => {
    await notify(record("interlaced.mp4"));
    const created = mediaConvert.bodiesOf("/2017-08-29/jobs").at(-1) ?? "";
    expect(created).toContain('"framerateNumerator":50');
  });

  it("is logged with its object, its job and the request", async () => {
    await notify(record("logged.mp4"));
    expect(lines()).toContainEqual(
      expect.objectContaining({
        requestId: "request-1",
        bucket: "raw",
        key: "logged.mp4",
        jobId: jobIdOf({ bucket: "raw", key: "logged.mp4", versionId: "v1" }),
        outcome: "started",
        attempts: 1,
      }),
    );
  });

  it("has each failed record sent to the retry lane alone, and succeeds", async () => {
    const [broken, forbidden, busy, good] = ["%zz", "forbidden.mp4", "busy.mp4", "good.mp4"].map((key) =>
      record(key),
    );
    expect(await notify(broken, forbidden, busy, good)).toBeUndefined();
    expect(await rowOf("good.mp4")).toMatchObject({ status: "PROCESSING" });
    expect(await rowOf("busy.mp4")).toMatchObject({ status: "SUBMITTED", attempts: 1 });
    expect(inRetryLane()).toHaveLength(3);
    expect(inRetryLane()).toEqual(
      expect.arrayContaining([
        { Records: [broken] },
        { Records: [forbidden] },
        { retry: { bucket: "raw", key: "busy.mp4", versionId: "v1", sizeBytes: 1000, ticket: 2 } },
      ]),
    );
    expect(lines()).toContainEqual(
      expect.objectContaining({
        level: "ERROR",
        cause: expect.objectContaining({ message: expect.stringContaining("%zz") }),
      }),
    );
  });

  describe("of a job that is postponed is logged with the cause, and counted by it:", () => {
    function expectPostponement(cause: string, message: string) {
      expect(lines()).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            level: "WARN",
            message: "Job postponed",
            cause: expect.objectContaining({ message }),
          }),
          expect.objectContaining({ service: "function", cause, JobsPostponed: 1 }),
        ]),
      );
    }

    it("MediaConvert declines it", async () => {
      await notify(record("busy again.mp4"));
      expectPostponement("MediaConvert", "Slow down.");
    });

    it("an earlier attempt may still be running", async () => {
      const object = { inputBucket: "raw", inputFile: "twice.mp4", inputVersionId: "v1" };
      const jobId = jobIdOf({ bucket: "raw", key: "twice.mp4", versionId: "v1" });
      const attemptExpiresAt = Date.now() + 60_000;
      await new JobRepository(table.client, TABLE_NAME).create(
        sampleJob({ ...object, jobId, status: "SUBMITTED", attemptExpiresAt }),
      );
      await notify(record("twice.mp4"));
      expectPostponement("RunningAttempt", "An earlier attempt to start the job may still be running.");
    });

    it("the day's budget is spent, at every attempt", async () => {
      const today = dayIn("UTC", Date.now());
      await new DailyBudget(table.client, TABLE_NAME).reserve({ day: today, usd: 1 }, 1);
      process.env.DAILY_BUDGET_USD = "1";
      await jest.isolateModulesAsync(async () => {
        const { handler: limited } = await import(HANDLER);
        await limited({ Records: [record("beyond.mp4")] }, CONTEXT);
        for (const spy of logged) spy.mockClear();
        await limited({ Records: [record("beyond.mp4")] }, CONTEXT);
      });
      delete process.env.DAILY_BUDGET_USD;
      expectPostponement("Budget", `The budget of ${today} is spent.`);
    });
  });

  it("counts the records that it sends to the retry lane because they failed", async () => {
    await notify(record("%zz"));
    expect(lines()).toContainEqual(expect.objectContaining({ cause: "Failure", JobsPostponed: 1 }));
  });

  it("is postponed in time while MediaConvert doesn't answer", async () => {
    const context = { ...CONTEXT, getRemainingTimeInMillis: () => 15_500 };
    await handler({ Records: [record("hanging.mp4")] }, context);
    expect(inRetryLane()).toMatchObject([{ retry: { key: "hanging.mp4", ticket: 2 } }]);
    expect(await rowOf("hanging.mp4")).toMatchObject({ status: "SUBMITTED", ticket: 2, declines: 1 });
  });

  it("fails only for records that the retry lane rejects too, with both reasons", async () => {
    sqsAnswer = () => json(400, { message: "No such queue." }, "com.amazonaws.sqs#QueueDoesNotExist");
    await expect(notify(record("busy.mp4"), record("also-good.mp4"), record("%zz"))).rejects.toThrow(
      /^2 of 3 records failed: s3:\/\/raw\/busy\.mp4: No such queue\.; No such queue\. \| record 2: The object key "%zz" .*; No such queue\.$/,
    );
    expect(await rowOf("also-good.mp4")).toMatchObject({ status: "PROCESSING" });
  });

  it("of a refused video publishes to the failure topic, and succeeds", async () => {
    await notify(record("empty.mp4", 0));
    expect(await rowOf("empty.mp4")).toMatchObject({ status: "ERROR", error: { code: "EMPTY_SOURCE" } });
    const published = sns.bodiesOf("/").map((body) => Object.fromEntries(new URLSearchParams(body)));
    expect(published).toMatchObject([
      {
        TopicArn: FAILURE_TOPIC,
        Subject: "Video failed: empty.mp4",
        "MessageAttributes.entry.1.Name": "status",
        "MessageAttributes.entry.1.Value.StringValue": "ERROR",
      },
    ]);
    expect(JSON.parse(published[0]?.Message ?? "")).toMatchObject({
      schemaVersion: 1,
      error: { code: "EMPTY_SOURCE" },
    });
  });

  it("of an upload that isn't a video starts no job, and is logged and counted", async () => {
    await notify(record("holiday.avi"));
    expect(await rowOf("holiday.avi")).toBeUndefined();
    expect(lines()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: "WARN", bucket: "raw", key: "holiday.avi" }),
        expect.objectContaining({ service: "function", UploadsIgnored: 1 }),
      ]),
    );
    expect(inRetryLane()).toEqual([]);
  });

  it("of a caption file starts no job, and raises no alarm", async () => {
    await notify(record("holiday.vtt"));
    expect(await rowOf("holiday.vtt")).toBeUndefined();
    expect(lines()).toEqual([expect.objectContaining({ level: "INFO", key: "holiday.vtt" })]);
  });

  it("can be S3's test event", async () => {
    expect(
      await handler({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "raw" }, CONTEXT),
    ).toBeUndefined();
  });

  it("can't be anything else", async () => {
    await expect(handler({ hello: 1 }, CONTEXT)).rejects.toThrow(
      /Not a valid S3 notification: .*\n.*Records/,
    );
  });
});

describe("a batch of messages", () => {
  it("fails only for the messages that failed", async () => {
    const failed = await deliver(
      { Records: [record("m-good.mp4")] },
      "no JSON",
      { bucket: "raw", key: "m-order.mp4" },
      { retry: { bucket: "raw", key: "m-retry.mp4", versionId: "v1", sizeBytes: 5 } },
      { Records: [record("m-forbidden.mp4")] },
      { Service: "Amazon S3", Event: "s3:TestEvent" },
    );
    expect(failed).toEqual(["message-4"]);
    for (const key of ["m-good.mp4", "m-order.mp4", "m-retry.mp4"]) {
      expect(await rowOf(key)).toMatchObject({ status: "PROCESSING" });
    }
    expect(lines()).toContainEqual(
      expect.objectContaining({ level: "ERROR", messageId: "message-1", body: "no JSON" }),
    );
    const counts = lines().flatMap(({ MessagesFailed }) => MessagesFailed ?? []);
    expect(counts.flat()).toEqual([1, 1]);
    expect(inRetryLane()).toEqual([]);
  });

  it("moves a message that can't succeed to the dead-letter queue at once, with the reason", async () => {
    const misspelled = '{"bucket": "raw", "key": "a\\u0007.mp4", "Force\\u0007": true}';
    expect(await deliver("no JSON", misspelled)).toEqual([]);
    const reason = (words: string) => ({
      ErrorMessage: { DataType: "String", StringValue: expect.stringContaining(words) },
    });
    expect(sentTo(DEAD_LETTER_QUEUE_URL)).toEqual([
      expect.objectContaining({ MessageBody: "no JSON", MessageAttributes: reason("isn't JSON") }),
      expect.objectContaining({ MessageBody: misspelled, MessageAttributes: reason('"Force?"') }),
    ]);
  });

  it("fails for a message that the dead-letter queue rejects", async () => {
    sqsAnswer = () => json(400, { message: "No such queue." }, "com.amazonaws.sqs#QueueDoesNotExist");
    expect(await deliver("no JSON")).toEqual(["message-0"]);
  });

  it("doesn't throw if every message fails", async () => {
    const denied = ["forbidden.mp4", "forbidden too.mp4"].map((key) => ({ Records: [record(key)] }));
    expect((await deliver(...denied)).sort()).toEqual(["message-0", "message-1"]);
  });

  it("succeeds for a job that is postponed again", async () => {
    expect(
      await deliver({ retry: { bucket: "raw", key: "m-busy.mp4", versionId: "v1", sizeBytes: 5 } }),
    ).toEqual([]);
    expect(await deliver(inRetryLane()[0])).toEqual([]);
    expect(await rowOf("m-busy.mp4")).toMatchObject({ status: "SUBMITTED", attempts: 2 });
    expect(inRetryLane()).toHaveLength(2);
  });

  it("splits a redriven message of several records", async () => {
    const [good, forbidden] = [record("d-good.mp4"), record("d-forbidden.mp4")];
    expect(await deliver({ Records: [good, forbidden] })).toEqual([]);
    expect(await rowOf("d-good.mp4")).toMatchObject({ status: "PROCESSING" });
    expect(inRetryLane()).toEqual([{ Records: [forbidden] }]);
  });

  it("fails for a redriven message that can't be split", async () => {
    sqsAnswer = () => json(400, { message: "No such queue." }, "com.amazonaws.sqs#QueueDoesNotExist");
    expect(await deliver({ Records: [record("%zz"), record("d2-good.mp4")] })).toEqual(["message-0"]);
  });

  it("processes an order for a key of any ending, and no redriven upload of another", async () => {
    const other = { Records: [record("m-other.avi")] };
    expect(await deliver(other, { bucket: "raw", key: "m-ordered.avi" })).toEqual([]);
    expect(await rowOf("m-ordered.avi")).toMatchObject({ status: "PROCESSING" });
    expect(await rowOf("m-other.avi")).toBeUndefined();
  });

  it("starts one new job for a forced order, however often it is delivered", async () => {
    const order = { bucket: "raw", key: "forced.mp4", force: true };
    const secondRun = jobIdOf({ bucket: "raw", key: "forced.mp4", versionId: "v1" }, 2);
    await notify(record("forced.mp4", 0));
    expect(await rowOf("forced.mp4")).toMatchObject({ status: "ERROR" });
    const jobsBefore = jobsCreated();

    await deliver(order);
    expect(await table.rowOf(secondRun)).toMatchObject({
      status: "PROCESSING",
      run: 2,
      orderId: "message-0",
    });
    await deliver(order);
    expect(jobsCreated() - jobsBefore).toBe(1);
    expect(await rowOf("forced.mp4")).toMatchObject({ status: "ERROR" });
  });
});

const jobsCreated = () => mediaConvert.bodiesOf("/2017-08-29/jobs").length;

describe("the function's settings", () => {
  it.each([
    ["MEDIACONVERT_ROLE", "", "Set these environment variables of the function: MEDIACONVERT_ROLE."],
    ["LADDER_MAX_HEIGHT", "100", "LADDER_MAX_HEIGHT='100' is not allowed: use a number of at least 234."],
  ])("are checked before it starts: %s='%s'", async (name, value, message) => {
    const before = process.env[name];
    process.env[name] = value;
    await jest.isolateModulesAsync(async () => {
      await expect(import(HANDLER)).rejects.toThrow(message);
    });
    process.env[name] = before;
  });
});
