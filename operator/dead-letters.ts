import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  MessageNotInflight,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { allEnded } from "./all-ended";
import type { DeadLetter, DeadLetterQueue } from "./dead-letter";
import type { Deployment } from "./deployment";
import { OperatorError } from "./operator-error";

export const DEAD_LETTER_QUEUES: readonly DeadLetterQueue[] = ["uploads", "events"];

/** Long enough to read a page of messages; afterwards they are visible again. */
export const HIDDEN_SECONDS = 30;

/** Looks at dead letters, and acts on them. Looking counts as a receipt of the message, which nothing depends on. */
export class DeadLetters {
  constructor(private readonly deployment: Deployment) {}

  /** At most `limit` of a queue, in no particular order. */
  async list(queue: DeadLetterQueue, limit: number): Promise<DeadLetter[]> {
    const letters: DeadLetter[] = [];
    await this.visit(queue, async (message) => {
      letters.push(letterOf(queue, message));
      return letters.length >= limit ? "stop" : "keep";
    });
    return letters;
  }

  /** At most `limit` of each queue, the oldest first. */
  async listAll(limit: number): Promise<DeadLetter[]> {
    const lists = await allEnded(DEAD_LETTER_QUEUES.map((queue) => this.list(queue, limit)));
    return lists.flat().sort((a, b) => a.sentAt.localeCompare(b.sentAt));
  }

  /**
   * Deletes the messages with these ids, whichever queue they are in.
   *
   * @throws {OperatorError} naming those that neither has
   */
  async discardAny(messageIds: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const queue of DEAD_LETTER_QUEUES) found.push(...(await this.discard(queue, messageIds)));
    const missing = messageIds.filter((id) => !found.includes(id));
    if (missing.length > 0) throw noDeadLetter(missing, this.deployment.selector);
    return found;
  }

  /** SQS's approximate counts: of the visible ones, and of those that someone else views or moves. */
  async count(queue: DeadLetterQueue): Promise<{ readonly visible: number; readonly hidden: number }> {
    const { Attributes = {} } = await this.deployment.clients.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: await this.url(queue),
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      }),
    );
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    };
  }

  /** Of all queues, what someone else hides. */
  async countHidden(): Promise<number> {
    const counts = await Promise.all(DEAD_LETTER_QUEUES.map((queue) => this.count(queue)));
    return counts.reduce((sum, { hidden }) => sum + hidden, 0);
  }

  /** Moves all dead uploads to the processing queue, whose function accepts them. */
  async redrive(): Promise<void> {
    const { sqs } = this.deployment.clients;
    await sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn: await this.arn(this.deployment.names.queues.deadLetter),
        DestinationArn: await this.arn(this.deployment.names.queues.retry),
      }),
    );
  }

  /** Deletes the messages with these ids. @returns the ids that it found */
  async discard(queue: DeadLetterQueue, messageIds: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    await this.visit(queue, async ({ MessageId = "", ReceiptHandle }) => {
      if (!messageIds.includes(MessageId)) return "keep";
      const QueueUrl = await this.url(queue);
      await this.deployment.clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      found.push(MessageId);
      return found.length === messageIds.length ? "stop" : "delete";
    });
    return found;
  }

  /** Receives every message once, and makes those visible again that the visitor keeps. */
  private async visit(
    queue: DeadLetterQueue,
    visitor: (message: Message) => Promise<"keep" | "delete" | "stop">,
  ): Promise<void> {
    const { sqs } = this.deployment.clients;
    const QueueUrl = await this.url(queue);
    const hidden: Message[] = [];
    try {
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            VisibilityTimeout: HIDDEN_SECONDS,
            // Long polling asks every server of the queue: a short poll may miss messages.
            WaitTimeSeconds: 1,
            MessageAttributeNames: ["All"],
            MessageSystemAttributeNames: ["SentTimestamp"],
          }),
        );
        if (Messages.length === 0) return;
        // All of them: the visitor may stop at any.
        hidden.push(...Messages);
        for (const message of Messages) {
          if ((await visitor(message)) === "stop") return;
        }
      }
    } finally {
      for (const { ReceiptHandle } of hidden) {
        await sqs
          .send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
          .catch((error: unknown) => {
            // It was deleted, or is visible again already.
            if (!(error instanceof ReceiptHandleIsInvalid || error instanceof MessageNotInflight))
              throw error;
          });
      }
    }
  }

  private async url(queue: DeadLetterQueue): Promise<string> {
    const { deadLetter, statusDeadLetter } = this.deployment.names.queues;
    return this.urlOf(queue === "uploads" ? deadLetter : statusDeadLetter);
  }

  private async arn(queueName: string): Promise<string> {
    const { Attributes = {} } = await this.deployment.clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: await this.urlOf(queueName), AttributeNames: ["QueueArn"] }),
    );
    return String(Attributes.QueueArn);
  }

  private async urlOf(queueName: string): Promise<string> {
    const { QueueUrl } = await this.deployment.clients.sqs.send(
      new GetQueueUrlCommand({ QueueName: queueName }),
    );
    if (QueueUrl === undefined) throw new OperatorError(`There is no queue ${queueName}. Check --env.`);
    return QueueUrl;
  }
}

/** @param selector of the deployment, for the command that helps */
export const noDeadLetter = (ids: readonly string[], selector: string) =>
  new OperatorError(
    `No dead letter has the id ${ids.join(", ")}. npm run media -- dead-letters list ${selector} has the ids. ` +
      `A letter that someone else is viewing is hidden for up to ${HIDDEN_SECONDS} s.`,
  );

function letterOf(queue: DeadLetterQueue, message: Message): DeadLetter {
  const { MessageId = "", Body = "", Attributes = {}, MessageAttributes = {} } = message;
  return {
    queue,
    messageId: MessageId,
    sentAt: new Date(Number(Attributes.SentTimestamp)).toISOString(),
    // Lambda's attribute, then EventBridge's:
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    cause: (MessageAttributes.ErrorMessage ?? MessageAttributes.ERROR_MESSAGE)?.StringValue ?? null,
    key: keyIn(Body),
    body: Body,
  };
}

/** The key in an S3 notification, a message of the retry lane or an operator's order. */
function keyIn(body: string): string | null {
  try {
    const { Records, retry, key } = JSON.parse(body);
    const encoded = Records?.[0]?.s3?.object?.key;
    return encoded === undefined
      ? (retry?.key ?? key ?? null)
      : decodeURIComponent(String(encoded).replaceAll("+", " "));
  } catch {
    return null;
  }
}
