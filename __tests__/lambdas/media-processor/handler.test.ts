import { jobIdOf } from "../../../lambdas/jobs/job-id";
import { CONTEXT, LAMBDA_VARIABLES } from "../function-context";
import { type JobTable, startJobTable, TABLE_NAME } from "../job-table";
import { json, PUBLISHED, ServiceEndpoint, type ServiceRequest } from "../service-endpoint";

const HANDLER = "../../../lambdas/media-processor/handler";
const FAILURE_TOPIC = "arn:aws:sns:eu-south-2:111122223333:failure";

let table: JobTable;
let mediaConvert: ServiceEndpoint;
let sns: ServiceEndpoint;
type HandlerModule = typeof import("../../../lambdas/media-processor/handler");
let handler: HandlerModule["handler"];
let logged: jest.SpyInstance[];

beforeAll(async () => {
  table = await startJobTable();
  mediaConvert = await ServiceEndpoint.start(answerAsMediaConvert);
  sns = await ServiceEndpoint.start(() => PUBLISHED);
  Object.assign(process.env, LAMBDA_VARIABLES, {
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_MEDIACONVERT: mediaConvert.url,
    AWS_ENDPOINT_URL_SNS: sns.url,
    JOB_TABLE: TABLE_NAME,
    PROCESSED_BUCKET: "processed",
    THUMBNAILS_BUCKET: "thumbnails",
    MEDIACONVERT_ROLE: "arn:aws:iam::111122223333:role/media-convert",
    MEDIACONVERT_QUEUE: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/media",
    MEDIACONVERT_REGION: "eu-west-3",
    FAILURE_TOPIC,
  });
  ({ handler } = jest.requireActual<HandlerModule>(HANDLER));
});
afterAll(() => Promise.all([table.stop(), mediaConvert.stop(), sns.stop()]));

beforeEach(() => {
  logged = (["info", "error"] as const).map((level) => jest.spyOn(console, level).mockImplementation());
});
afterEach(() => jest.restoreAllMocks());

/** Throttles jobs whose source has "busy" in its name. */
function answerAsMediaConvert({ path, body }: ServiceRequest) {
  if (path.endsWith("/probe")) {
    const videoProperties = { width: 320, height: 180 };
    const tracks = [{ trackType: "video", codec: "AVC", videoProperties }];
    return json(200, { probeResults: [{ container: { duration: 13, tracks } }] });
  }
  return body.includes("busy")
    ? json(429, { message: "Slow down." }, "TooManyRequestsException")
    : json(201, { job: { id: "1-abc" } });
}

function record(key: string, size = 1000) {
  return { eventName: "ObjectCreated:Put", s3: { bucket: { name: "raw" }, object: { key, size } } };
}

function rowOf(key: string) {
  return table.rowOf(jobIdOf({ bucket: "raw", key }));
}

describe("media-processor", () => {
  it("starts a job for every record", async () => {
    await handler({ Records: [record("first+one.mp4"), record("second.mp4")] }, CONTEXT);
    const started = { status: "PROCESSING", mediaConvertJobId: "1-abc", source: { widthPx: 320 } };
    expect(await rowOf("first one.mp4")).toMatchObject(started);
    expect(await rowOf("second.mp4")).toMatchObject(started);
  });

  it("logs whose upload it handled, for which job, in which request", async () => {
    await handler({ Records: [record("logged.mp4")] }, CONTEXT);
    const lines = logged.flatMap((spy) => spy.mock.calls).map(([line]) => JSON.parse(line));
    expect(lines).toMatchObject([
      {
        requestId: "request-1",
        bucket: "raw",
        key: "logged.mp4",
        jobId: jobIdOf({ bucket: "raw", key: "logged.mp4" }),
        outcome: "started",
      },
    ]);
  });

  it("does the good records of an event and fails at its end, naming the others", async () => {
    const event = { Records: [record("%zz"), record("busy.mp4"), record("good.mp4")] };
    await expect(handler(event, CONTEXT)).rejects.toThrow(
      /^2 of 3 records failed: record 0: The object key "%zz" .*; s3:\/\/raw\/busy\.mp4: Slow down\.$/,
    );
    expect(await rowOf("good.mp4")).toMatchObject({ status: "PROCESSING" });
    expect(await rowOf("busy.mp4")).toMatchObject({ status: "SUBMITTED" });
  });

  it("tells the failure topic of a video that it refuses, and is content", async () => {
    await handler({ Records: [record("empty.mp4", 0)] }, CONTEXT);
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

  it("is content with S3's test event", async () => {
    await handler({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "raw" }, CONTEXT);
  });

  it("fails on anything else", async () => {
    await expect(handler({ hello: 1 }, CONTEXT)).rejects.toThrow("Not an S3 notification");
  });

  it("doesn't start without its settings", async () => {
    process.env.MEDIACONVERT_ROLE = "";
    await jest.isolateModulesAsync(async () => {
      await expect(import(HANDLER)).rejects.toThrow(
        "Missing or empty environment variable: MEDIACONVERT_ROLE.",
      );
    });
  });
});
