import { randomUUID } from "node:crypto";
import type { Job } from "../../../lambdas/jobs/job";
import { JobRepository } from "../../../lambdas/jobs/job-repository";
import { CONTEXT, LAMBDA_VARIABLES } from "../function-context";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";
import { sampleJob } from "../jobs/sample-job";
import { acceptedByQueue, json, PUBLISHED, type ServiceAnswer, ServiceEndpoint } from "../service-endpoint";

const HANDLER = "../../../lambdas/job-sweeper/handler";
const FAILURE_TOPIC = "arn:aws:sns:eu-south-2:111122223333:failure";
const RETRY_QUEUE_URL = "https://sqs.eu-south-2.amazonaws.com/111122223333/processing";
/** A schedule's event, which the function ignores. */
const SCHEDULED = { "detail-type": "Scheduled Event", source: "aws.events", detail: {} };

let table: TestTable;
let mediaConvert: ServiceEndpoint;
let sns: ServiceEndpoint;
let sqs: ServiceEndpoint;
let mediaConvertAnswer: ServiceAnswer;
type HandlerModule = typeof import("../../../lambdas/job-sweeper/handler");
let handler: HandlerModule["handler"];
let written: jest.SpyInstance[];

beforeEach(async () => {
  table = await startJobTable();
  mediaConvert = await ServiceEndpoint.start(() => mediaConvertAnswer);
  sns = await ServiceEndpoint.start(() => PUBLISHED);
  sqs = await ServiceEndpoint.start(acceptedByQueue);
  Object.assign(process.env, LAMBDA_VARIABLES, {
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_MEDIACONVERT: mediaConvert.url,
    AWS_ENDPOINT_URL_SNS: sns.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    JOB_TABLE: TABLE_NAME,
    PROCESSED_BUCKET: "processed",
    MEDIACONVERT_REGION: "eu-west-3",
    COMPLETION_TOPIC: "arn:aws:sns:eu-south-2:111122223333:completion",
    FAILURE_TOPIC,
    RETRY_QUEUE_URL,
    STUCK_AFTER_MINUTES: "60",
  });
  jest.resetModules();
  ({ handler } = jest.requireActual<HandlerModule>(HANDLER));
  written = (["info", "warn", "error", "log"] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation(),
  );
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all([table, mediaConvert, sns, sqs].map((service) => service.stop()));
});

const lines = () => written.flatMap((spy) => spy.mock.calls).map(([line]) => JSON.parse(line));

async function stuckJob(overrides: Partial<Job> = {}) {
  const job = sampleJob({ status: "PROCESSING", jobId: randomUUID(), ...overrides });
  await new JobRepository(table.client, TABLE_NAME).create(job);
  return job.jobId;
}

describe("job-sweeper", () => {
  it("records and announces the end of a job whose events were lost", async () => {
    const jobId = await stuckJob({ mediaConvertJobId: "1-a" });
    const job = { id: "1-a", queue: "q", status: "ERROR", errorCode: 1010, userMetadata: { jobId } };
    mediaConvertAnswer = json(200, { job });

    await handler(SCHEDULED, CONTEXT);

    expect(mediaConvert.requests).toMatchObject([{ path: "/2017-08-29/jobs/1-a" }]);
    expect(await table.rowOf(jobId)).toMatchObject({ status: "ERROR", error: { code: "MEDIACONVERT_1010" } });
    const [message] = sns.bodiesOf("/").map((body) => Object.fromEntries(new URLSearchParams(body)));
    expect(message).toMatchObject({ TopicArn: FAILURE_TOPIC, Subject: "Video failed: holiday.mp4" });
    expect(lines()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ requestId: "request-1", jobId, outcome: "caught up" }),
        expect.objectContaining({ looked: 1, failed: 0, moreLeft: false }),
        expect.objectContaining({ service: "function", JobsFailed: 1 }),
      ]),
    );
  });

  it("sends a job that MediaConvert never had to the retry lane, logs that and counts it", async () => {
    const jobId = await stuckJob({ status: "SUBMITTED", inputVersionId: "v1" });
    await handler(SCHEDULED, CONTEXT);
    const [request] = sqs.bodiesOf("/").map((body) => JSON.parse(body));
    expect(request.QueueUrl).toBe(RETRY_QUEUE_URL);
    expect(JSON.parse(request.MessageBody).retry).toMatchObject({ key: "holiday.mp4", versionId: "v1" });
    expect(lines()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: "WARN", message: "Job postponed", jobId }),
        expect.objectContaining({ service: "function", cause: "Sweep", JobsPostponed: 1 }),
      ]),
    );
  });

  it("ends a job that MediaConvert no longer knows", async () => {
    const jobId = await stuckJob({ mediaConvertJobId: "1-a" });
    mediaConvertAnswer = json(404, { message: "gone" }, "NotFoundException");
    await handler(SCHEDULED, CONTEXT);
    expect(await table.rowOf(jobId)).toMatchObject({ error: { code: "MEDIACONVERT_JOB_NOT_FOUND" } });
  });

  it("logs and counts a job that it can't check, and succeeds, so that Lambda doesn't repeat the sweep", async () => {
    const jobId = await stuckJob({ mediaConvertJobId: "1-a" });
    mediaConvertAnswer = json(429, { message: "slow down" }, "TooManyRequestsException");
    await handler(SCHEDULED, CONTEXT);
    expect(lines()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: "ERROR", jobId, message: "Job not swept" }),
        expect.objectContaining({ service: "function", SweepFailures: 1 }),
      ]),
    );
  });

  it("measures how long the oldest upload has waited", async () => {
    await stuckJob({ status: "SUBMITTED", createdAt: Math.floor(Date.now() / 1000) - 7200 });
    await handler(SCHEDULED, CONTEXT);
    const measured = lines().find(({ OldestWaitingSeconds }) => OldestWaitingSeconds !== undefined);
    expect(measured.OldestWaitingSeconds).toBeGreaterThanOrEqual(7200);
  });

  it("stops in time and logs that jobs are left", async () => {
    await stuckJob({ status: "SUBMITTED" });
    await handler(SCHEDULED, { ...CONTEXT, getRemainingTimeInMillis: () => 14_000 });
    expect(sqs.requests).toEqual([]);
    expect(lines()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: "WARN", message: expect.stringContaining("next") }),
      ]),
    );
  });

  it("doesn't start without its settings", async () => {
    process.env.STUCK_AFTER_MINUTES = "0";
    await jest.isolateModulesAsync(async () => {
      await expect(import(HANDLER)).rejects.toThrow("STUCK_AFTER_MINUTES='0' is not allowed");
    });
  });
});
