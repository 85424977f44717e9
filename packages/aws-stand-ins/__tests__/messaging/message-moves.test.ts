import { setTimeout as sleep } from "node:timers/promises";
import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { EveryServiceProcess } from "../../testing/every-service-process";

const REGION = "eu-south-2";
const arn = (name: string) => `arn:aws:sqs:${REGION}:000000000000:${name}-${testNumber}`;

let server: EveryServiceProcess;
let sqs: SQSClient;
let urls: ReadonlyMap<string, string>;
let testNumber = 0;

beforeAll(async () => {
  server = await EveryServiceProcess.start();
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  const options = { endpoint: server.endpoint, region: REGION, credentials, maxAttempts: 1 };
  sqs = new SQSClient({ ...options, useQueueUrlAsEndpoint: false });
});
beforeEach(async () => {
  testNumber += 1;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("dlq"), maxReceiveCount: 3 });
  const create = async (name: string, Attributes?: Record<string, string>) => {
    const command = new CreateQueueCommand({ QueueName: `${name}-${testNumber}`, Attributes });
    return [name, (await sqs.send(command)).QueueUrl ?? ""] as const;
  };
  urls = new Map([await create("dlq"), await create("lane", { RedrivePolicy })]);
});
afterAll(async () => {
  sqs.destroy();
  await server.stop();
});

const send = (name: string, MessageBody: string) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: urls.get(name),
      MessageBody,
      MessageAttributes: { ErrorMessage: { DataType: "String", StringValue: "no such key" } },
    }),
  );
const receive = async (name: string) => {
  const asked = { QueueUrl: urls.get(name), MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] };
  return (await sqs.send(new ReceiveMessageCommand(asked))).Messages ?? [];
};
const depth = async (name: string) => {
  const asked = { QueueUrl: urls.get(name), AttributeNames: ["ApproximateNumberOfMessages" as const] };
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand(asked));
  return Number(Attributes?.ApproximateNumberOfMessages);
};
const start = (
  more: { SourceArn?: string; DestinationArn?: string; MaxNumberOfMessagesPerSecond?: number } = {},
) =>
  sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn("dlq"), DestinationArn: arn("lane"), ...more }));
const tasks = async (MaxResults?: number) =>
  (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn("dlq"), MaxResults }))).Results ?? [];
async function ended() {
  for (;;) {
    const [task] = await tasks();
    if (task?.Status !== "RUNNING") return task;
    await sleep(10);
  }
}

describe("a task that moves the messages of a dead-letter queue", () => {
  it("moves each of them with its attributes, as a new message, and reports how many", async () => {
    const sent = [await send("dlq", "one"), await send("dlq", "two")].map(({ MessageId }) => MessageId);
    await start();
    expect(await ended()).toEqual({
      Status: "COMPLETED",
      SourceArn: arn("dlq"),
      DestinationArn: arn("lane"),
      ApproximateNumberOfMessagesMoved: 2,
      ApproximateNumberOfMessagesToMove: 2,
      StartedTimestamp: expect.any(Number),
    });
    const moved = await receive("lane");
    expect(moved.map(({ Body }) => Body)).toEqual(["one", "two"]);
    expect(moved[0]?.MessageAttributes?.ErrorMessage?.StringValue).toBe("no such key");
    expect(sent).not.toContain(moved[0]?.MessageId);
    expect(await receive("dlq")).toEqual([]);
  });

  it("is the only one of its queue, keeps to its rate, and ends when it is cancelled", async () => {
    for (const body of ["one", "two", "three"]) await send("dlq", body);
    const { TaskHandle } = await start({ MaxNumberOfMessagesPerSecond: 1 });
    await expect(start()).rejects.toThrow("There is already a task running");
    expect(await tasks()).toMatchObject([{ TaskHandle, Status: "RUNNING", MaxNumberOfMessagesPerSecond: 1 }]);
    const { ApproximateNumberOfMessagesMoved = 9 } = await sqs.send(
      new CancelMessageMoveTaskCommand({ TaskHandle }),
    );
    expect(ApproximateNumberOfMessagesMoved).toBeLessThan(3);
    expect(await tasks()).toMatchObject([{ Status: "CANCELLED" }]);
    expect(await depth("dlq")).toBeGreaterThan(0);
    await expect(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toThrow(
      "Only active tasks",
    );
    await start();
    await ended();
    expect(await depth("lane")).toBe(3);
    expect(await tasks(10)).toHaveLength(2);
  });

  it("needs queues that exist, of which the source is a dead-letter queue", async () => {
    await expect(start({ SourceArn: arn("lane"), DestinationArn: arn("dlq") })).rejects.toThrow(
      "Source queue must be configured as a Dead Letter Queue",
    );
    for (const missing of [{ SourceArn: arn("none") }, { DestinationArn: arn("none") }]) {
      await expect(start(missing)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    }
    await expect(start({ DestinationArn: undefined })).rejects.toMatchObject({
      ...{ name: "NotImplemented", message: expect.stringContaining("without DestinationArn") },
    });
    await expect(start({ MaxNumberOfMessagesPerSecond: 501 })).rejects.toThrow(
      "MaxNumberOfMessagesPerSecond",
    );
  });
});

it.each(["/_fauxqs/queues", "/_fauxqs/queues/lane-1/messages", "/bucket", "/health"])(
  "answers at %s as SQS does at every path",
  async (path) => {
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=any/1/${REGION}/sqs/aws4_request`,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "AmazonSQS.ListQueues",
    };
    const response = await fetch(server.endpoint + path, { method: "POST", headers, body: "{}" });
    expect(await response.json()).toEqual({ QueueUrls: expect.any(Array) });
  },
);
