import { SQSClient } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { delaySeconds, retryMessage, SqsRetryLane } from "../../../lambdas/jobs/retry-lane";
import { json, ServiceEndpoint } from "../service-endpoint";
import { sampleJob } from "./sample-job";

const QUEUE_URL = "https://sqs.eu-south-2.amazonaws.com/111122223333/processing";

let endpoint: ServiceEndpoint;
let client: SQSClient;
let lane: SqsRetryLane;

beforeEach(async () => {
  endpoint = await ServiceEndpoint.start(() => json(200, { MessageId: "m" }));
  client = new SQSClient({
    endpoint: endpoint.url,
    region: "eu-south-2",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    md5: false,
  });
  lane = new SqsRetryLane(client, QUEUE_URL, () => 1);
});
afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

const sent = () => endpoint.requests.map(({ body }) => JSON.parse(body));

describe("the delay before the next attempt", () => {
  it.each([
    [1, 8, 15],
    [2, 15, 30],
    [3, 30, 60],
    [6, 240, 480],
    [7, 450, 900],
    [24, 450, 900],
  ])("is, after attempt %d, %d to %d seconds", (attempts, least, most) => {
    expect([delaySeconds(attempts, 0), delaySeconds(attempts, 1)]).toEqual([least, most]);
  });

  it("is valid for SQS after any number of attempts", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, random) => {
          const delay = delaySeconds(attempts, random);
          expect(Number.isInteger(delay) && delay >= 1 && delay <= 900).toBe(true);
        },
      ),
    );
  });
});

describe("the retry lane", () => {
  it("sends a job as the message that media-processor reads", async () => {
    await lane.postpone(sampleJob({ inputVersionId: "v1", run: 2, orderId: "order-1", attempts: 2 }), 7);
    expect(sent()).toMatchObject([{ QueueUrl: QUEUE_URL, DelaySeconds: 30 }]);
    expect(retryMessage.parse(JSON.parse(sent()[0].MessageBody))).toEqual({
      retry: {
        bucket: "raw",
        key: "holiday.mp4",
        versionId: "v1",
        sizeBytes: 1000,
        run: 2,
        orderId: "order-1",
        ticket: 7,
      },
    });
  });

  it("accepts a job without counted attempts", async () => {
    await lane.postpone(sampleJob(), 2);
    expect(sent()).toMatchObject([{ DelaySeconds: 15 }]);
  });

  it("sends a record as a notification of its own", async () => {
    await lane.postponeRecord({ some: "record" });
    expect(JSON.parse(sent()[0].MessageBody)).toEqual({ Records: [{ some: "record" }] });
  });
});
