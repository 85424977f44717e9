import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

const RUN = join(__dirname, "../../../../run.mjs");
const root = mkdtempSync(join(tmpdir(), "queues-"));
const children: ChildProcess[] = [];

const killAll = () => Promise.all(children.splice(0).map(kill));
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

afterEach(killAll);
afterAll(() => rmSync(root, { recursive: true }));

const newDirectory = () => mkdtempSync(join(root, "run-"));

/** SQS in a process of its own, after that of an earlier one was killed. */
async function start(directory: string) {
  await killAll();
  const child = spawn(process.execPath, [RUN, join(__dirname, "../../testing/work-queue.ts"), directory]);
  children.push(child);
  let complaints = "";
  child.stderr.on("data", (chunk) => {
    complaints += chunk;
  });
  const [urls] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  if (child.exitCode !== null) throw new Error(complaints);
  const [endpoint = "", work = "", deadLetters = ""] = String(urls).trim().split(" ");
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  const sqs = new SQSClient({ endpoint, region: "eu-south-2", credentials });
  return {
    complaints: () => complaints,
    send: (MessageBody: string, more: object = {}) =>
      sqs.send(new SendMessageCommand({ QueueUrl: work, MessageBody, ...more })),
    sendAll: (bodies: readonly string[]) =>
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: work,
          Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
        }),
      ),
    /** Receives every visible message. @param visibility seconds until they are visible again */
    receive: async (from: "work" | "dead-letters", VisibilityTimeout?: number) => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: from === "work" ? work : deadLetters,
          MaxNumberOfMessages: 10,
          VisibilityTimeout,
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
      );
      return Messages;
    },
    remove: (ReceiptHandle: string | undefined) =>
      sqs.send(new DeleteMessageCommand({ QueueUrl: work, ReceiptHandle })),
    delayed: async () => {
      const AttributeNames = ["ApproximateNumberOfMessagesDelayed" as const];
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: work, AttributeNames }),
      );
      return Number(Attributes?.ApproximateNumberOfMessagesDelayed);
    },
  };
}

it("keeps the messages that were sent and not deleted, with their ids, attributes and receives", async () => {
  const directory = newDirectory();
  const killed = await start(directory);
  const attributes = { MessageAttributes: { RequestID: { DataType: "String", StringValue: "r" } } };
  await killed.send("first", attributes);
  await killed.sendAll(["second", "deleted"]);
  await killed.send("later", { DelaySeconds: 600 });
  const received = await killed.receive("work");
  await killed.remove(received.find(({ Body }) => Body === "deleted")?.ReceiptHandle);

  const next = await start(directory);
  const [first, second, ...more] = await next.receive("work");
  expect(first).toMatchObject({
    MessageId: received[0]?.MessageId,
    Body: "first",
    MessageAttributes: { RequestID: { DataType: "String", StringValue: "r" } },
    Attributes: {
      ApproximateReceiveCount: "2",
      SentTimestamp: received[0]?.Attributes?.SentTimestamp,
      ApproximateFirstReceiveTimestamp: received[0]?.Attributes?.ApproximateFirstReceiveTimestamp,
    },
  });
  const sentSecond = received.find(({ Body }) => Body === "second");
  expect(second).toMatchObject({ MessageId: sentSecond?.MessageId, Body: "second" });
  expect(more).toEqual([]);
  expect(await next.delayed()).toBe(1);
  expect(next.complaints()).toBe("");
});

it("keeps a message in the dead-letter queue that it moved to", async () => {
  const directory = newDirectory();
  const killed = await start(directory);
  await killed.send("poison");
  for (let receive = 0; receive < 3; receive += 1) await killed.receive("work", 0);

  const next = await start(directory);
  expect(await next.receive("work")).toEqual([]);
  expect(await next.receive("dead-letters")).toMatchObject([{ Body: "poison" }]);
});

it("survives several restarts, and forgets a message that a later process deleted", async () => {
  const directory = newDirectory();
  await (await start(directory)).sendAll(["a", "b"]);
  const second = await start(directory);
  const received = await second.receive("work");
  await second.remove(received.find(({ Body }) => Body === "a")?.ReceiptHandle);
  const third = await start(directory);
  expect((await third.receive("work")).map(({ Body }) => Body)).toEqual(["b"]);
});

it("answers a call that can't be written to disk, and says so", async () => {
  const directory = newDirectory();
  const { send, receive, complaints } = await start(directory);
  rmSync(directory, { recursive: true });
  await send("kept in memory");
  expect(await receive("work")).toMatchObject([{ Body: "kept in memory" }]);
  expect(complaints()).toMatch(
    /\.json is not up to date on disk, and lost if the process ends: Error: ENOENT/,
  );
});

it("drops a message that is older than its queue keeps messages, as SQS does", async () => {
  const directory = newDirectory();
  await (await start(directory)).send("old");
  const [name = ""] = readdirSync(directory);
  const file = join(directory, name);
  const record = JSON.parse(readFileSync(file, "utf8"));
  // The default is four days.
  writeFileSync(file, JSON.stringify({ ...record, sentTimestamp: Date.now() - 5 * 86_400_000 }));
  const next = await start(directory);
  expect(await next.receive("work")).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
});
