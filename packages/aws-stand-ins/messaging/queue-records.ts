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

/**
 * Keeps the messages of fauxqs, which holds them in memory: a file each, from before the answer to the call that sent
 * it, until before the answer to the call that deleted it.
 */
export class QueueRecords {
  private readonly folder: RecordFolder<typeof messageRecord>;
  private readonly interrupted: readonly MessageRecord[];
  /** The state in which each message was recorded last, by its id. */
  private readonly recorded = new Map<string, string>();
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
    app.addHook("onSend", async ({ headers }) => {
      if (headers[INSPECTION] === undefined && !this.isRestoring) await this.record();
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
    for (const [message, { name }] of await this.messages()) {
      const record = restored.get(message.messageId);
      if (record === undefined) continue;
      const { queue: _queue, delayUntil: _delayUntil, ...state } = record;
      Object.assign(message, state);
      this.recorded.set(message.messageId, stateOf(message, name));
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

  private async recordNow(): Promise<void> {
    const messages = await this.messages();
    const ids = new Set<string>();
    for (const [message, { name }] of messages) {
      const { messageId } = message;
      ids.add(messageId);
      if (this.recorded.get(messageId) === stateOf(message, name)) continue;
      this.change(messageId, "and lost if the process ends", () =>
        this.folder.save(messageId, { ...message, queue: name }),
      );
      this.recorded.set(messageId, stateOf(message, name));
    }
    for (const id of this.recorded.keys()) {
      if (ids.has(id)) continue;
      this.change(id, "and received again after a restart", () => this.folder.remove(id));
      this.recorded.delete(id);
    }
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

  private async messages(): Promise<[Message, Queue][]> {
    return (await this.queues()).flatMap((queue) => {
      const { ready, delayed, inflight } = queue.messages;
      const all = [...ready, ...delayed, ...inflight.map(({ message }) => message)];
      return all.map((message): [Message, Queue] => [message, queue]);
    });
  }

  /**
   * The newest first: a message moves to a dead-letter queue, which was created before the queue that it moves from, so
   * none is missed.
   */
  private async queues(): Promise<Queue[]> {
    const names = (await this.inspect("/_fauxqs/queues")) as { name: string }[];
    const queues: Queue[] = [];
    for (const { name } of names.toReversed())
      queues.push((await this.inspect(`/_fauxqs/queues/${name}`)) as Queue);
    return queues;
  }

  private async inspect(url: string): Promise<unknown> {
    await this.app.inject({ url, headers: { [INSPECTION]: this.inspectionKey } });
    return this.inspected;
  }
}

const stateOf = ({ approximateReceiveCount }: Message, queue: string) =>
  `${queue} ${approximateReceiveCount}`;

function isExpired({ sentTimestamp }: MessageRecord, { attributes }: Queue): boolean {
  return sentTimestamp + Number(attributes.MessageRetentionPeriod) * 1000 < Date.now();
}
