import { z } from "zod";

const sent = z.object({ MessageId: z.string() });
const sentBatch = z.object({ Successful: z.array(sent) });
const received = z.looseObject({
  Messages: z.array(
    z.looseObject({ MessageId: z.string(), Attributes: z.record(z.string(), z.string()).optional() }),
  ),
});

/** The headers of the last messages are kept, which is enough to see a loop. */
const KEPT = 10_000;

/**
 * SQS's system attribute AWSTraceHeader, which fauxqs lacks: a message is delivered with the trace header of the
 * request that sent it. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export class TraceHeaders {
  private readonly byMessageId = new Map<string, string>();

  /**
   * Remembers the header of what a call sent, and adds the attribute to what a call received.
   *
   * @param operation `SendMessage` and so on
   * @param header the call's own X-Amzn-Trace-Id
   * @param answer in SQS's JSON protocol
   * @returns the answer as SQS gives it
   */
  annotate(operation: string, header: string | undefined, answer: string): string {
    if (operation === "ReceiveMessage") return this.withHeaders(answer);
    if (header === undefined) return answer;
    const messages =
      operation === "SendMessage"
        ? [sent.safeParse(JSON.parse(answer)).data]
        : operation === "SendMessageBatch"
          ? (sentBatch.safeParse(JSON.parse(answer)).data?.Successful ?? [])
          : [];
    for (const message of messages) if (message) this.remember(message.MessageId, header);
    return answer;
  }

  private remember(messageId: string, header: string): void {
    this.byMessageId.set(messageId, header);
    const [oldest] = this.byMessageId.keys();
    if (this.byMessageId.size > KEPT && oldest !== undefined) this.byMessageId.delete(oldest);
  }

  private withHeaders(answer: string): string {
    const parsed = received.safeParse(JSON.parse(answer));
    if (!parsed.success) return answer;
    const Messages = parsed.data.Messages.map((message) => {
      const header = this.byMessageId.get(message.MessageId);
      if (header === undefined) return message;
      return { ...message, Attributes: { ...message.Attributes, AWSTraceHeader: header } };
    });
    return JSON.stringify({ ...parsed.data, Messages });
  }
}
