import { JobRepository } from "../../../lambdas/jobs/job-repository";
import { CONTEXT, LAMBDA_VARIABLES } from "../function-context";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";
import { COMPLETE, eventOf } from "../jobs/media-convert-events";
import { processedBucket } from "../jobs/processed-bucket";
import { sampleJob } from "../jobs/sample-job";
import { json, PUBLISHED, ServiceEndpoint } from "../service-endpoint";

const HANDLER = "../../../lambdas/status-updater/handler";
const COMPLETION_TOPIC = "arn:aws:sns:eu-south-2:111122223333:completion";
const FAILURE_TOPIC = "arn:aws:sns:eu-south-2:111122223333:failure";

let table: TestTable;
let sns: ServiceEndpoint;
let mediaConvert: ServiceEndpoint;
let s3: ServiceEndpoint;
let objects: Record<string, string>;
type HandlerModule = typeof import("../../../lambdas/status-updater/handler");
let handler: HandlerModule["handler"];
let logged: jest.SpyInstance[];
let metrics: jest.SpyInstance;

beforeAll(async () => {
  table = await startJobTable();
  sns = await ServiceEndpoint.start(() => PUBLISHED);
  mediaConvert = await ServiceEndpoint.start(() => json(202, {}));
  s3 = await ServiceEndpoint.start((request) => processedBucket(objects)(request));
  Object.assign(process.env, LAMBDA_VARIABLES, {
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_SNS: sns.url,
    AWS_ENDPOINT_URL_MEDIACONVERT: mediaConvert.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    JOB_TABLE: TABLE_NAME,
    PROCESSED_BUCKET: "processed",
    MEDIACONVERT_REGION: "eu-west-3",
    COMPLETION_TOPIC,
    FAILURE_TOPIC,
  });
  ({ handler } = jest.requireActual<HandlerModule>(HANDLER));
});
afterAll(() => Promise.all([table, sns, mediaConvert, s3].map((service) => service.stop())));

beforeEach(() => {
  sns.requests.length = 0;
  objects = {
    "/processed/j/main.m3u8": '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,URI="main_Thumbnail.m3u8"\n',
    "/processed/j/main_Thumbnail.m3u8":
      "#EXTINF:5,\n#EXT-X-TILES:RESOLUTION=8x8,LAYOUT=1x1,DURATION=5\nmain_Thumbnail_1.jpg\n",
  };
  logged = (["info", "warn", "error"] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation(),
  );
  metrics = jest.spyOn(console, "log").mockImplementation();
});
afterEach(() => jest.restoreAllMocks());

async function newJobId() {
  const job = sampleJob();
  await new JobRepository(table.client, TABLE_NAME).create(job);
  return job.jobId;
}

function published() {
  return sns.bodiesOf("/").map((body) => Object.fromEntries(new URLSearchParams(body)));
}

describe("status-updater", () => {
  it.each([
    [COMPLETE, COMPLETION_TOPIC, "Video ready: holiday.mp4"],
    [{ status: "ERROR", errorCode: 1010, errorMessage: "no" }, FAILURE_TOPIC, "Video failed: holiday.mp4"],
    [{ status: "CANCELED" }, FAILURE_TOPIC, "Video canceled: holiday.mp4"],
  ])("records $status and publishes it on its topic", async (detail, topic, subject) => {
    const jobId = await newJobId();
    await handler(eventOf(jobId, detail), CONTEXT);
    expect(await table.rowOf(jobId)).toMatchObject({ status: detail.status });
    expect(published()).toMatchObject([
      { TopicArn: topic, Subject: subject, "MessageAttributes.entry.1.Value.StringValue": detail.status },
    ]);
    expect(JSON.parse(published()[0]?.Message ?? "")).toMatchObject({ schemaVersion: 1, jobId });
  });

  it("writes the storyboard of a completed job", async () => {
    const jobId = await newJobId();
    await handler(eventOf(jobId, COMPLETE), CONTEXT);
    expect(objects["/processed/j/main_storyboard.vtt"]).toMatch(/main_Thumbnail_1\.jpg#xywh=0,0,8,8\n$/);
    expect(JSON.parse(published()[0]?.Message ?? "")).toMatchObject({
      outputs: { storyboard: "s3://processed/j/main_storyboard.vtt" },
    });
  });

  it("fails, but counts the job's end, if the storyboard can't be written", async () => {
    const jobId = await newJobId();
    objects = {};
    await expect(handler(eventOf(jobId, COMPLETE), CONTEXT)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    expect(await table.rowOf(jobId)).toMatchObject({ status: "COMPLETE" });
    expect(metrics.mock.calls.map(([line]) => JSON.parse(line))).toMatchObject([{ JobsCompleted: 1 }]);
    expect(published()).toEqual([]);
  });

  it("logs the event's job and request", async () => {
    const jobId = await newJobId();
    await handler(eventOf(jobId, { status: "PROGRESSING" }), CONTEXT);
    const lines = logged.flatMap((spy) => spy.mock.calls).map(([line]) => JSON.parse(line));
    expect(lines).toMatchObject([
      { requestId: "request-1", jobId, status: "PROGRESSING", outcome: "recorded" },
    ]);
  });

  it.each([
    [COMPLETE, { JobsCompleted: 1, JobSeconds: expect.any(Number) }],
    [{ status: "ERROR" }, { JobsFailed: 1 }],
    [{ status: "CANCELED" }, { JobsCanceled: 1 }],
  ])("counts the end of a job once: $status", async (detail, counts) => {
    const jobId = await newJobId();
    await handler(eventOf(jobId, detail), CONTEXT);
    await handler(eventOf(jobId, detail), CONTEXT);
    expect(metrics.mock.calls.map(([line]) => JSON.parse(line))).toMatchObject([
      { service: "function", ...counts, _aws: { CloudWatchMetrics: [{ Namespace: "MediaPipeline" }] } },
    ]);
  });

  it("writes no metrics while a job runs", async () => {
    await handler(eventOf(await newJobId(), { status: "PROGRESSING" }), CONTEXT);
    expect(metrics).not.toHaveBeenCalled();
  });

  it("cancels a running job that isn't the row's, with a warning and a count", async () => {
    const job = sampleJob({ status: "ERROR" });
    await new JobRepository(table.client, TABLE_NAME).create(job);
    await handler(eventOf(job.jobId, { status: "PROGRESSING", jobId: "1-stray" }), CONTEXT);
    expect(mediaConvert.requests).toMatchObject([{ path: "/2017-08-29/jobs/1-stray" }]);
    expect(metrics.mock.calls.map(([line]) => JSON.parse(line))).toMatchObject([{ StrayJobsCanceled: 1 }]);
    const lines = logged.flatMap((spy) => spy.mock.calls).map(([line]) => JSON.parse(line));
    expect(lines).toMatchObject([{ level: "WARN", mediaConvertJobId: "1-stray", outcome: "stray" }]);
  });

  it("ignores another team's job, with a log line", async () => {
    await handler(eventOf("any", { ...COMPLETE, userMetadata: {} }), CONTEXT);
    const lines = logged.flatMap((spy) => spy.mock.calls).map(([line]) => JSON.parse(line));
    expect(lines).toMatchObject([{ level: "INFO", outcome: "not ours" }]);
    expect(published()).toEqual([]);
  });

  it("fails for a job without a row, so that Lambda retries the event", async () => {
    await expect(handler(eventOf("no-such-job", COMPLETE), CONTEXT)).rejects.toThrow("no-such-job");
  });

  it("rejects anything but a job's event, saying why", async () => {
    await expect(handler({ time: "2026-02-23T13:10:59Z", detail: { jobId: "1" } }, CONTEXT)).rejects.toThrow(
      /Not an event of a MediaConvert job: .*detail\.status/s,
    );
  });

  it("doesn't start without its settings", async () => {
    process.env.COMPLETION_TOPIC = "";
    await jest.isolateModulesAsync(async () => {
      await expect(import(HANDLER)).rejects.toThrow(
        "Set these environment variables of the function: COMPLETION_TOPIC.",
      );
    });
  });
});
