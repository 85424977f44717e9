import { randomUUID } from "node:crypto";
import { z } from "zod";
import { RecordFolder } from "../record-folder";

type Fauxqs = typeof import("fauxqs", { with: { "resolution-mode": "import" }});
type App = ReturnType<Fauxqs["buildApp"]>;
type Queue = NonNullable<ReturnType<Awaited<ReturnType<Fauxqs["startFauxqs"]>>["inspectQueue"]>>;
type Message = Queue["messages"]["ready"][number];

/** fauxqs's message, as far as a queue without FIFO needs it. */
const messageRecord = z.object({
  queue: z.string(),
  messageId: z.string(),
  body: z.string(),
  messageAttributes: z.record(
    z.string(),
    z.object({
      DataType: z.string(),
      StringValue: z.string().optional(),
      BinaryValue: z.string().optional(),
    }),
  ),
  /** Milliseconds since the epoch, like the other times. */
  sentTimestamp: z.number(),
  approximateReceiveCount: z.number(),
  approximateFirstReceiveTimestamp: z.number().optional(),
  delayUntil: z.number().optional(),
});
type MessageRecord = z.infer<typeof messageRecord>;

const INSPECTION = "x-inspection";
/** What `GET /_fauxqs/queues` answers with. */
const queueList = z.array(
  z.object({
    name: z.string(),
    approximateMessageCount: z.number(),
    approximateInflightCount: z.number(),
    approximateDelayedCount: z.number(),
  }),
);
/** Every call of SQS that changes messages. */
const namingCall = z.object({ QueueUrl: z.string() });

/**
 * Keeps the messages of fauxqs, which holds them in memory: a file each, from before the answer to the call that sent
 * it, until before the answer to the call that deleted it.
 */
export class QueueRecords {
  private readonly folder: RecordFolder<typeof messageRecord>;
  private readonly interrupted: readonly MessageRecord[];
  /** By queue, the receive count with which each message was recorded last, by its id. */
  private readonly recorded = new Map<string, Map<string, number>>();
  /** Queues that a call since the last record has named. */
  private readonly named = new Set<string>();
  private readonly inspectionKey = randomUUID();
  private inspected: unknown;
  private lastTurn: Promise<void> = Promise.resolve();
  private isRestoring = false;
  private isStopped = false;

  /**
   * @param onFault called if a message can't be recorded or, after a restart, be restored
   * @throws {DamagedFileError} if a message of an earlier process can't be read
   */
  constructor(
    private readonly app: App,
    directory: string,
    private readonly onFault: (message: string) => void,
  ) {
    this.folder = new RecordFolder(directory, messageRecord);
    this.interrupted = this.folder.load();
    app.addHook("onSend", async ({ headers, body }) => {
      if (headers[INSPECTION] !== undefined || this.isRestoring) return;
      const { success, data } = namingCall.safeParse(body);
      if (success) this.named.add(data.QueueUrl.slice(data.QueueUrl.lastIndexOf("/") + 1));
      await this.record();
    });
    // What an inspection answers with are the messages of the queue, not copies.
    app.addHook("preSerialization", async ({ headers }, _reply, payload) => {
      if (headers[INSPECTION] !== this.inspectionKey) return payload;
      this.inspected = payload;
      return {};
    });
  }

  /** Puts the messages of an earlier process into the queues, which must exist. Those that were received are visible. */
  async restore(): Promise<void> {
    this.isRestoring = true;
    const queues = new Map((await this.queues()).map((queue) => [queue.name, queue]));
    const restored = new Map<string, MessageRecord>();
    for (const record of [...this.interrupted].sort((a, b) => a.sentTimestamp - b.sentTimestamp)) {
      const { messageId } = record;
      const queue = queues.get(record.queue);
      if (queue === undefined) {
        const file = this.folder.fileOf(messageId);
        this.onFault(
          `${file} holds a message for the queue ${record.queue}, which no longer exists. Delete the file to drop the message.`,
        );
      } else if (isExpired(record, queue)) this.folder.remove(messageId);
      else restored.set(await this.send(queue.url, record), record);
    }
    for (const queue of await this.queues()) {
      for (const message of messagesOf(queue)) {
        const record = restored.get(message.messageId);
        if (record === undefined) continue;
        const { queue: _queue, delayUntil: _delayUntil, ...state } = record;
        Object.assign(message, state);
        this.recordedOf(queue.name).set(message.messageId, message.approximateReceiveCount);
      }
    }
    this.isRestoring = false;
  }

  /** @returns the id that the message has now */
  private async send(url: string, { body, messageAttributes, delayUntil = 0 }: MessageRecord) {
    const DelaySeconds = Math.max(0, Math.ceil((delayUntil - Date.now()) / 1000));
    const answer = await this.app.inject({
      method: "POST",
      url: "/",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" },
      payload: JSON.stringify({
        QueueUrl: url,
        MessageBody: body,
        MessageAttributes: messageAttributes,
        DelaySeconds,
      }),
    });
    return z.object({ MessageId: z.string() }).parse(answer.json()).MessageId;
  }

  /** Ends the recording. A call that is still in flight, such as a long poll, changes nothing that a restart needs. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.lastTurn;
  }

  /** Brings the files up to date with the queues; one call after the other, so that none undoes what a later one saw. */
  private record(): Promise<void> {
    if (this.isStopped) return this.lastTurn;
    this.lastTurn = this.lastTurn.then(() => this.recordNow()).catch((error) => this.onFault(String(error)));
    return this.lastTurn;
  }

  /**
   * Looks into the queues that may have changed: those that a call named, and those that have more messages or fewer, which
   * a topic or a redrive sent. A message that becomes visible again has nothing new to record. Files go last: a message
   * that left one queue may have moved to another meanwhile.
   */
  private async recordNow(): Promise<void> {
    const missing = new Set<string>();
    for (;;) {
      const named = new Set(this.named);
      this.named.clear();
      const sizes = await this.sizes();
      const changed = [...new Set([...sizes.keys(), ...this.recorded.keys()])].filter(
        (name) => named.has(name) || (sizes.get(name) ?? 0) !== this.recordedOf(name).size,
      );
      if (changed.length === 0) break;
      for (const name of changed) {
        const messages = sizes.has(name) ? messagesOf(await this.inspectQueue(name)) : [];
        for (const id of this.update(name, messages)) missing.add(id);
      }
    }
    for (const id of missing) {
      if ([...this.recorded.values()].some((recorded) => recorded.has(id))) continue;
      this.change(id, "and received again after a restart", () => this.folder.remove(id));
    }
  }

  /** Saves the messages of a queue that are new in it or were received. @returns the ids of those that have left it */
  private update(queue: string, messages: readonly Message[]): string[] {
    const recorded = this.recordedOf(queue);
    for (const message of messages) {
      const { messageId, approximateReceiveCount } = message;
      if (recorded.get(messageId) === approximateReceiveCount) continue;
      this.change(messageId, "and lost if the process ends", () =>
        this.folder.save(messageId, { ...message, queue }),
      );
      recorded.set(messageId, approximateReceiveCount);
    }
    if (recorded.size === messages.length) return [];
    const ids = new Set(messages.map(({ messageId }) => messageId));
    const left = [...recorded.keys()].filter((id) => !ids.has(id));
    for (const id of left) recorded.delete(id);
    return left;
  }

  private recordedOf(queue: string): Map<string, number> {
    const recorded = this.recorded.get(queue) ?? new Map<string, number>();
    this.recorded.set(queue, recorded);
    return recorded;
  }

  /** A disk that fails stops no message. */
  private change(messageId: string, consequence: string, change: () => void): void {
    try {
      change();
    } catch (cause) {
      const file = this.folder.fileOf(messageId);
      this.onFault(`The message in ${file} is not up to date on disk, ${consequence}: ${cause}`);
    }
  }

  /** The number of messages of each queue, by its name. */
  private async sizes(): Promise<Map<string, number>> {
    const listed = queueList.parse(await this.inspect("/_fauxqs/queues"));
    return new Map(
      listed.map((queue) => [
        queue.name,
        queue.approximateMessageCount + queue.approximateInflightCount + queue.approximateDelayedCount,
      ]),
    );
  }

  private async queues(): Promise<Queue[]> {
    const queues: Queue[] = [];
    for (const name of (await this.sizes()).keys()) queues.push(await this.inspectQueue(name));
    return queues;
  }

  private async inspectQueue(name: string): Promise<Queue> {
    return (await this.inspect(`/_fauxqs/queues/${name}`)) as Queue;
  }

  private async inspect(url: string): Promise<unknown> {
    await this.app.inject({ url, headers: { [INSPECTION]: this.inspectionKey } });
    return this.inspected;
  }
}

function messagesOf({ messages: { ready, delayed, inflight } }: Queue): Message[] {
  return [...ready, ...delayed, ...inflight.map(({ message }) => message)];
}

function isExpired({ sentTimestamp }: MessageRecord, { attributes }: Queue): boolean {
  return sentTimestamp + Number(attributes.MessageRetentionPeriod) * 1000 < Date.now();
}
