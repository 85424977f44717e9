import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type BatchFailure,
  EventSourceMapping,
  type EventSourceMappingDefinition,
  type PolledQueue,
  type QueueMessage,
} from "../../lambda/event-source-mapping";
import type { InvocationResult } from "../../lambda/function-definition";
import { TooManyRequestsException } from "../../lambda/function-host";

const QUEUE_ARN = "arn:aws:sqs:eu-west-3:123456789012:processing-queue";

function message(messageId: string): QueueMessage {
  const body = `body of ${messageId}`;
  return {
    messageId,
    receiptHandle: `handle-${messageId}`,
    body,
    md5OfBody: createHash("md5").update(body).digest("hex"),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1714564800000",
      SenderId: "AIDA",
      ApproximateFirstReceiveTimestamp: "1714564800001",
    },
    messageAttributes: { reason: { dataType: "String", stringValue: "redrive" } },
  };
}

/** A queue that long-polls as SQS does, and remembers what was asked of it. */
class MemoryQueue implements PolledQueue {
  readonly deleted: string[] = [];
  readonly released: string[] = [];
  readonly polls: [max: number, waitSeconds: number][] = [];
  private wake = () => {};

  constructor(private readonly messages: QueueMessage[] = []) {}

  send(...messages: QueueMessage[]): void {
    this.messages.push(...messages);
    this.wake();
  }

  async receive(max: number, waitSeconds: number, signal: AbortSignal): Promise<QueueMessage[]> {
    this.polls.push([max, waitSeconds]);
    if (this.messages.length === 0) {
      const arrival = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      await Promise.race([arrival, sleep(waitSeconds * 1000, undefined, { signal })]);
    }
    return this.messages.splice(0, max);
  }

  async delete(receiptHandle: string): Promise<void> {
    this.deleted.push(receiptHandle.replace("handle-", ""));
  }

  async release(receiptHandle: string): Promise<void> {
    this.released.push(receiptHandle.replace("handle-", ""));
  }
}

type Handler = (messageIds: string[], event: unknown) => unknown;

const mappings: EventSourceMapping[] = [];
afterEach(() => Promise.all(mappings.splice(0).map((mapping) => mapping.stop())));

function mapped(queue: PolledQueue, handler: Handler, overrides: Partial<EventSourceMappingDefinition> = {}) {
  const host = {
    async invoke(_: string, event: unknown): Promise<InvocationResult> {
      const ids = (event as { Records: QueueMessage[] }).Records.map((record) => record.messageId);
      const answer = await handler(ids, event);
      const result = { requestId: "1", log: Buffer.alloc(0) };
      return answer instanceof Error
        ? { ...result, payload: null, error: { errorType: answer.name, errorMessage: answer.message } }
        : { ...result, payload: answer };
    },
  };
  const definition = {
    queueArn: QUEUE_ARN,
    visibilityTimeoutSeconds: 30,
    functionName: "media-processor",
    region: "eu-west-3",
    batchSize: 10,
    maximumBatchingWindowSeconds: 0,
    reportBatchItemFailures: true,
    ...overrides,
  };
  const mapping = new EventSourceMapping(definition, queue, host);
  const failures: BatchFailure[] = [];
  const errors: string[] = [];
  mapping.on("failure", (failure) => failures.push(failure));
  mapping.on("error", (error) => errors.push(error.message));
  mappings.push(mapping);
  mapping.start();
  return { mapping, failures, errors };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2);
}

it("invokes the function with SQS's event, then deletes the messages", async () => {
  const queue = new MemoryQueue([message("a")]);
  const events: unknown[] = [];
  mapped(queue, (_, event) => {
    expect(queue.deleted).toEqual([]);
    events.push(event);
  });
  await until(() => queue.deleted.length === 1);
  const record = {
    ...message("a"),
    eventSource: "aws:sqs",
    eventSourceARN: QUEUE_ARN,
    awsRegion: "eu-west-3",
  };
  expect(events).toEqual([{ Records: [record] }]);
});

it.each<[string, unknown, string[]]>([
  ["null", null, ["a", "b", "c"]],
  ["undefined", undefined, ["a", "b", "c"]],
  ["an empty object", {}, ["a", "b", "c"]],
  ["an empty list", { batchItemFailures: [] }, ["a", "b", "c"]],
  ["a null list", { batchItemFailures: null }, ["a", "b", "c"]],
  ["one failed message", { batchItemFailures: [{ itemIdentifier: "b" }] }, ["a", "c"]],
  ["a text", "done", []],
  ["a list that is none", { batchItemFailures: "b" }, []],
  ["an unknown id", { batchItemFailures: [{ itemIdentifier: "z" }] }, []],
  [
    "an unknown id beside a known one",
    { batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "z" }] },
    [],
  ],
  ["an empty id", { batchItemFailures: [{ itemIdentifier: "" }] }, []],
  ["a null id", { batchItemFailures: [{ itemIdentifier: null }] }, []],
  ["a bad key", { batchItemFailures: [{ messageId: "b" }] }, []],
  ["a null item", { batchItemFailures: [null] }, []],
  ["an error", new Error("no table"), []],
])("with ReportBatchItemFailures, the answer %s", async (_, answer, deleted) => {
  const queue = new MemoryQueue(["a", "b", "c"].map(message));
  const { mapping, failures, errors } = mapped(queue, () => answer);
  await until(() => queue.polls.length === 2 && mapping.inFlight === 0);
  expect(queue.deleted).toEqual(deleted);
  const kept = ["a", "b", "c"].filter((id) => !deleted.includes(id));
  expect(failures.flatMap((failure) => failure.messageIds)).toEqual(kept);
  expect(queue.released).toEqual(kept);
  expect(errors).toEqual([]);
});

it("ignores the answer without ReportBatchItemFailures", async () => {
  const queue = new MemoryQueue(["a", "b"].map(message));
  mapped(queue, () => ({ batchItemFailures: [{ itemIdentifier: "a" }] }), { reportBatchItemFailures: false });
  await until(() => queue.deleted.length === 2);
  expect(queue.deleted).toEqual(["a", "b"]);
});

it("keeps batches within the batch size", async () => {
  const queue = new MemoryQueue(["a", "b", "c"].map(message));
  const batches: string[][] = [];
  mapped(queue, (ids) => void batches.push(ids), { batchSize: 2 });
  await until(() => queue.deleted.length === 3);
  expect(batches).toEqual([["a", "b"], ["c"]]);
});

it("collects messages in the batching window until the batch is full", async () => {
  const queue = new MemoryQueue([message("a")]);
  const batches: string[][] = [];
  mapped(queue, (ids) => void batches.push(ids), { batchSize: 3, maximumBatchingWindowSeconds: 60 });
  await until(() => queue.polls.length === 2);
  queue.send(message("b"), message("c"));
  await until(() => queue.deleted.length === 3);
  expect(batches).toEqual([["a", "b", "c"]]);
  expect(queue.polls).toEqual([
    [3, 20],
    [2, 20],
    [3, 20],
  ]);
});

it("invokes the function with a partial batch when the batching window ends", async () => {
  const queue = new MemoryQueue([message("a")]);
  const batches: string[][] = [];
  mapped(queue, (ids) => void batches.push(ids), { maximumBatchingWindowSeconds: 1 });
  await until(() => queue.deleted.length === 1);
  expect(batches).toEqual([["a"]]);
});

it("runs at most the maximum concurrency of batches at once", async () => {
  const queue = new MemoryQueue(["a", "b", "c", "d", "e"].map(message));
  let running = 0;
  const seen: number[] = [];
  const handler = async () => {
    seen.push(++running);
    await sleep(10);
    running -= 1;
  };
  const { mapping } = mapped(queue, handler, { batchSize: 1, maximumConcurrency: 2 });
  await until(() => seen.length > 0);
  expect(mapping.inFlight).toBeGreaterThan(0);
  await until(() => queue.deleted.length === 5);
  expect(Math.max(...seen)).toBe(2);
  expect(mapping.inFlight).toBe(0);
});

it("retries a throttled batch while its messages are invisible", async () => {
  const queue = new MemoryQueue([message("a")]);
  let calls = 0;
  const { failures } = mapped(queue, () => {
    if (++calls === 1) throw new TooManyRequestsException("media-processor", 1);
  });
  await until(() => queue.deleted.length === 1);
  expect(calls).toBe(2);
  expect(failures).toEqual([]);
});

it("releases a batch that stays throttled", async () => {
  const queue = new MemoryQueue([message("a")]);
  const handler = () => {
    throw new TooManyRequestsException("media-processor", 1);
  };
  const { failures } = mapped(queue, handler, { visibilityTimeoutSeconds: 0 });
  await until(() => failures.length === 1);
  expect(failures[0]).toMatchObject({ messageIds: ["a"], error: { errorType: "TooManyRequestsException" } });
  expect(queue.deleted).toEqual([]);
});

it("reports a queue that fails, and polls it again", async () => {
  const queue = new MemoryQueue();
  const receive = queue.receive.bind(queue);
  const outage = jest.spyOn(queue, "receive").mockRejectedValueOnce(new Error("connection refused"));
  outage.mockImplementation(receive);
  const { errors } = mapped(queue, () => {});
  queue.send(message("a"));
  await until(() => queue.deleted.length === 1);
  expect(errors).toEqual([`${QUEUE_ARN} could not be polled: Error: connection refused`]);
});

it("reports a message that can't be deleted, and deletes the others", async () => {
  const queue = new MemoryQueue(["a", "b"].map(message));
  jest.spyOn(queue, "delete").mockRejectedValueOnce(new Error("expired"));
  const { errors } = mapped(queue, () => {});
  await until(() => queue.deleted.length === 1);
  expect(queue.deleted).toEqual(["b"]);
  expect(errors).toEqual([
    `Message a succeeded, but could not be deleted from ${QUEUE_ARN} and will be received again: Error: expired`,
  ]);
});

it("ends the long poll at once when it stops, and waits for the running batch", async () => {
  const queue = new MemoryQueue([message("a")]);
  let finish = () => {};
  const { mapping } = mapped(queue, () => new Promise<void>((resolve) => (finish = resolve)));
  await until(() => queue.polls.length === 2 && mapping.inFlight === 1);

  let stopped = false;
  const stopping = mapping.stop().then(() => {
    stopped = true;
  });
  await sleep(20);
  expect(stopped).toBe(false);
  finish();
  await stopping;

  expect(queue.deleted).toEqual(["a"]);
  queue.send(message("b"));
  await sleep(20);
  expect(queue.polls).toHaveLength(2);
});

it("leaves the messages in the queue while it is disabled", async () => {
  const queue = new MemoryQueue([message("a")]);
  const { mapping } = mapped(queue, () => undefined, { enabled: false });
  expect({ state: mapping.state, polls: queue.polls }).toEqual({ state: "Disabled", polls: [] });
  mapping.enable();
  expect(mapping.state).toBe("Enabled");
  await until(() => queue.deleted.length === 1);

  const disabled = mapping.disable();
  expect(mapping.state).toBe("Disabling");
  queue.send(message("of the long poll that runs"));
  await disabled;
  const polls = queue.polls.length;
  queue.send(message("c"));
  await sleep(20);
  expect({ state: mapping.state, polls: queue.polls.length }).toEqual({ state: "Disabled", polls });
  expect(queue.deleted).toEqual(["a", "of the long poll that runs"]);

  mapping.enable();
  await until(() => queue.deleted.includes("c"));
});

it("is being disabled until the batches that run have ended", async () => {
  const queue = new MemoryQueue([message("a")]);
  let end = () => {};
  const { mapping } = mapped(queue, () => new Promise<void>((resolve) => (end = resolve)));
  await until(() => mapping.inFlight === 1);
  const stopped = mapping.stop();
  await sleep(20);
  expect({ state: mapping.state, deleted: queue.deleted }).toEqual({ state: "Disabling", deleted: [] });
  end();
  await stopped;
  expect({ state: mapping.state, deleted: queue.deleted }).toEqual({ state: "Disabled", deleted: ["a"] });
});
