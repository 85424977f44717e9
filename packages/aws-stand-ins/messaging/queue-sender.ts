import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Sends messages to queues by their ARNs. */
export class QueueSender {
  /** @param urls the URL of each queue, by its ARN */
  constructor(
    private readonly sqs: SQSClient,
    private readonly urls: ReadonlyMap<string, string>,
  ) {}

  async send(queueArn: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    await this.sqs.send(
      new SendMessageCommand({
        QueueUrl: this.urls.get(queueArn),
        MessageBody: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([key, value]) => [key, { DataType: "String", StringValue: value }]),
        ),
      }),
    );
  }
}
