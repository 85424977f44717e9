import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { FunctionError } from "./function-definition";
import { type FunctionHost, TooManyRequestsException } from "./function-host";
import { Lineage } from "./lineage";

/** A received message, in the spelling of Lambda's event. */
export interface QueueMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  md5OfMessageAttributes?: string;
  /** All of them: ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp, … */
  attributes: Record<string, string>;
  messageAttributes: Record<string, { dataType: string; stringValue?: string }>;
}

export interface PolledQueue {
  /** Up to `max` (1 to 10) messages, after at most `waitSeconds` (0 to 20); rejects once the signal aborts. */
  receive(max: number, waitSeconds: number, signal: AbortSignal): Promise<QueueMessage[]>;
  delete(receiptHandle: string): Promise<void>;
  /** Makes a message visible again before its visibility timeout ends. */
  release(receiptHandle: string): Promise<void>;
}

export interface EventSourceMappingDefinition {
  queueArn: string;
  /** Of the queue; a throttled batch is retried for that long. */
  visibilityTimeoutSeconds: number;
  functionName: string;
  region: string;
  /** Whether it polls from its start on. @default true */
  enabled?: boolean;
  /** 1 to 10,000; more than 10 needs a batching window. */
  batchSize: number;
  /** 0 to 300. */
  maximumBatchingWindowSeconds: number;
  /** Batches at once, 2 to 1000. @default 5, which Lambda starts with */
  maximumConcurrency?: number;
  reportBatchItemFailures: boolean;
}

/** A batch of which all or some messages become visible again. */
export interface BatchFailure {
  functionName: string;
  messageIds: string[];
  error: FunctionError;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
export type MappingState = "Creating" | "Enabled" | "Disabling" | "Disabled";

const SQS_MAXIMUM_MESSAGES = 10;
const SQS_MAXIMUM_WAIT_SECONDS = 20;
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
const DEFAULT_CONCURRENCY = 5;
const PAUSE_AFTER_FAULT_MS = 1000;

/**
 * Lambda's event source mapping for SQS: long-polls the queue, invokes the function with batches, deletes what
 * succeeded. Emits "failure" for a batch that failed, and "error" when the queue fails, which ends the process if there
 * is no listener. Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export class EventSourceMapping extends EventEmitter<{ failure: [BatchFailure]; error: [Error] }> {
  readonly uuid = randomUUID();
  private readonly stopping = new AbortController();
  private isWanted = true;
  private readonly batches = new Set<Promise<void>>();
  private polling: Promise<void> | undefined;
  private messagesInFlight = 0;
  private currentState: MappingState = "Creating";
  private changedAt = new Date();

  constructor(
    readonly definition: EventSourceMappingDefinition,
    private readonly queue: PolledQueue,
    private readonly host: Pick<FunctionHost, "invoke">,
  ) {
    super();
  }

  /** Messages that are received, and neither deleted nor released. */
  get inFlight(): number {
    return this.messagesInFlight;
  }

  get state(): MappingState {
    return this.currentState;
  }

  /** When the state last changed. */
  get lastModified(): Date {
    return this.changedAt;
  }

  /** Creates it, enabled or disabled as its definition says. */
  start(): void {
    if (this.definition.enabled === false) this.become("Disabled");
    else this.enable();
  }

  /** Polls the queue, unless it does already. */
  enable(): void {
    if (this.polling !== undefined) return;
    this.isWanted = true;
    this.polling = this.poll();
    this.become("Enabled");
  }

  /**
   * Ends with the long poll that runs, whose messages are still processed, and with the batches. Later messages stay in
   * the queue.
   */
  async disable(): Promise<void> {
    if (this.polling === undefined) return;
    this.isWanted = false;
    this.become("Disabling");
    await this.polling;
    await Promise.all(this.batches);
    this.polling = undefined;
    this.become("Disabled");
  }

  /** Breaks the long poll off, and waits for the batches that run. It can't be enabled again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.disable();
  }

  private become(state: MappingState): void {
    this.currentState = state;
    this.changedAt = new Date();
  }

  private async poll(): Promise<void> {
    while (this.isWanted) {
      const messages = await this.gather();
      if (messages.length > 0) {
        const batch = this.process(messages).finally(() => this.batches.delete(batch));
        this.batches.add(batch);
      }
      if (this.batches.size >= (this.definition.maximumConcurrency ?? DEFAULT_CONCURRENCY)) {
        await Promise.race(this.batches);
      }
    }
  }

  // A batch is complete when it is full, or when the window that its first message opened ends.
  private async gather(): Promise<QueueMessage[]> {
    const { batchSize, maximumBatchingWindowSeconds } = this.definition;
    const messages = await this.receive(batchSize, SQS_MAXIMUM_WAIT_SECONDS);
    const windowEnd = Date.now() + maximumBatchingWindowSeconds * 1000;
    while (messages.length > 0 && messages.length < batchSize && !this.stopping.signal.aborted) {
      const secondsLeft = Math.ceil((windowEnd - Date.now()) / 1000);
      if (secondsLeft <= 0) break;
      messages.push(...(await this.receive(batchSize - messages.length, secondsLeft)));
    }
    return messages;
  }

  private async receive(max: number, waitSeconds: number): Promise<QueueMessage[]> {
    const { signal } = this.stopping;
    try {
      const messages = await this.queue.receive(
        Math.min(max, SQS_MAXIMUM_MESSAGES),
        Math.min(waitSeconds, SQS_MAXIMUM_WAIT_SECONDS),
        signal,
      );
      this.messagesInFlight += messages.length;
      return messages;
    } catch (cause) {
      if (signal.aborted) return [];
      this.emit("error", new Error(`${this.definition.queueArn} could not be polled: ${cause}`, { cause }));
      await this.pause();
      return [];
    }
  }

  private async process(messages: QueueMessage[]): Promise<void> {
    const { functionName } = this.definition;
    const failed = await this.invoke(messages);
    if (failed) {
      const messageIds = [...failed.messageIds];
      this.emit("failure", { functionName, messageIds, error: failed.error });
    }
    for (const message of messages) {
      await this.settle(message, failed?.messageIds.has(message.messageId) ?? false);
    }
  }

  private async settle({ messageId, receiptHandle }: QueueMessage, hasFailed: boolean): Promise<void> {
    const { queueArn } = this.definition;
    try {
      // Lambda leaves them until the visibility timeout ends, often minutes: too long for a person who waits.
      if (hasFailed) await this.queue.release(receiptHandle);
      else await this.queue.delete(receiptHandle);
    } catch (cause) {
      const sentence = hasFailed
        ? `Message ${messageId} of ${queueArn} could not be released, and returns after its visibility timeout: ${cause}`
        : `Message ${messageId} succeeded, but could not be deleted from ${queueArn} and will be received again: ${cause}`;
      this.emit("error", new Error(sentence, { cause }));
    }
    this.messagesInFlight -= 1;
  }

  /** @returns the failed messages; undefined if there are none */
  private async invoke(messages: QueueMessage[]) {
    const { functionName, queueArn, region, reportBatchItemFailures, visibilityTimeoutSeconds } =
      this.definition;
    const all = new Set(messages.map((message) => message.messageId));
    const lineage = Lineage.of(messages.map(({ attributes }) => attributes.AWSTraceHeader ?? ""));
    const giveUpAt = Date.now() + visibilityTimeoutSeconds * 1000;
    const Records = messages.map((message) => ({
      ...message,
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion: region,
    }));
    for (;;) {
      try {
        const { payload, error } = await this.host.invoke(functionName, { Records }, lineage);
        if (error) return { messageIds: all, error };
        return reportBatchItemFailures ? itemFailures(payload, all) : undefined;
      } catch (cause) {
        const mayTryAgain = cause instanceof TooManyRequestsException && Date.now() < giveUpAt;
        if (!mayTryAgain || this.stopping.signal.aborted) {
          const error = {
            errorType: cause instanceof Error ? cause.name : "Error",
            errorMessage: String(cause),
          };
          return { messageIds: all, error };
        }
        await this.pause();
      }
    }
  }

  private async pause(): Promise<void> {
    const { signal } = this.stopping;
    await sleep(PAUSE_AFTER_FAULT_MS, undefined, { signal }).catch((error: Error) => {
      if (!signal.aborted) throw error;
    });
  }
}

const batchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullish();

// No answer, and an empty or null list, mean success. A malformed answer or an unknown id fails the whole batch.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
function itemFailures(payload: unknown, batch: Set<string>) {
  const answer = batchResponse.safeParse(payload === "" ? undefined : payload);
  const ids = answer.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier) ?? [];
  const unknown = ids.find((id) => !batch.has(id));
  if (!answer.success || unknown !== undefined) {
    const what = answer.success
      ? `batchItemFailures names ${JSON.stringify(unknown)}, which isn't in this batch`
      : `The function answered ${JSON.stringify(payload)}, which has no valid batchItemFailures`;
    const errorMessage = `${what}, so the whole batch counts as failed.`;
    return { messageIds: batch, error: { errorType: "InvalidBatchResponse", errorMessage } };
  }
  if (ids.length === 0) return undefined;
  const messageIds = new Set(ids);
  const errorMessage = `${messageIds.size} of ${batch.size} messages failed.`;
  return { messageIds, error: { errorType: "BatchItemFailures", errorMessage } };
}
