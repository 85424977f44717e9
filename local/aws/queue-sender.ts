import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Sends messages to queues of the local endpoint, by ARN. */
export class QueueSender {
  constructor(
    private readonly sqs: SQSClient,
    private readonly endpointUrl: string,
  ) {}

  async send(queueArn: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    const [, , , , account, name] = queueArn.split(":");
    await this.sqs.send(
      new SendMessageCommand({
        QueueUrl: `${this.endpointUrl}/${account}/${name}`,
        MessageBody: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([key, value]) => [key, { DataType: "String", StringValue: value }]),
        ),
      }),
    );
  }
}
