import { type SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { z } from "zod";

/** A message that a subscriber received. */
export interface Notification {
  /** SNS's id of the message. */
  readonly messageId: string;
  /** When it was published, in ISO 8601. */
  readonly sentAt: string;
  /** ARN of the topic. */
  readonly topic: string;
  readonly subject: string | undefined;
  /** The message, parsed if it is JSON. */
  readonly message: unknown;
  /** The message attributes, by which subscriptions filter. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const envelope = z.object({
  MessageId: z.string(),
  Timestamp: z.string(),
  TopicArn: z.string(),
  Subject: z.string().optional(),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })).default({}),
});

/** Subscribes to topics and keeps every message. */
export class NotificationInbox {
  private readonly received: Notification[] = [];

  private constructor(
    private readonly sqs: SQSClient,
    private readonly queueUrl: string,
  ) {}

  static async subscribe(
    topicArns: readonly string[],
    sqs: SQSClient,
    sns: SNSClient,
  ): Promise<NotificationInbox> {
    const { QueueUrl: queueUrl = "" } = await sqs.send(
      new CreateQueueCommand({ QueueName: "local-notification-inbox" }),
    );
    for (const arn of topicArns) {
      const [partition, , region, account] = arn.split(":").slice(1);
      await sns.send(
        new SubscribeCommand({
          TopicArn: arn,
          Protocol: "sqs",
          Endpoint: `arn:${partition}:sqs:${region}:${account}:local-notification-inbox`,
        }),
      );
    }
    return new NotificationInbox(sqs, queueUrl);
  }

  /** Every message so far, in the order of arrival. */
  async read(): Promise<readonly Notification[]> {
    for (;;) {
      const { Messages: messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.queueUrl, MaxNumberOfMessages: 10 }),
      );
      if (messages.length === 0) return this.received;
      for (const { Body: body = "" } of messages) {
        this.received.push(notificationOf(envelope.parse(JSON.parse(body))));
      }
      await this.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.queueUrl,
          Entries: messages.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle })),
        }),
      );
    }
  }
}

function notificationOf({ MessageAttributes, ...given }: z.infer<typeof envelope>): Notification {
  const attributes = Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value]);
  return {
    messageId: given.MessageId,
    sentAt: given.Timestamp,
    topic: given.TopicArn,
    subject: given.Subject,
    message: parseIfJson(given.Message),
    attributes: Object.fromEntries(attributes),
  };
}

function parseIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Plain text.
    return text;
  }
}
