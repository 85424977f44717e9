import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { cutTo } from "../jobs/cut-text";

/** Where messages end that can't succeed. */
export interface DeadLetters {
  /** Adds the message with the reason. */
  reject(body: string, reason: string): Promise<void>;
}

/** With the reason, far below SQS's limit for a message with its attributes. */
const MAX_REASON_LENGTH = 1000;

export class SqsDeadLetters implements DeadLetters {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async reject(body: string, reason: string): Promise<void> {
    await this.client.send(
      new SendMessageCommand({
        QueueUrl: this.queueUrl,
        MessageBody: body,
        // The attribute by which Lambda explains the events that it gives up:
        // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
        MessageAttributes: {
          ErrorMessage: {
            DataType: "String",
            StringValue: cutTo(MAX_REASON_LENGTH, withoutControls(reason)),
          },
        },
      }),
    );
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html lists what SQS accepts. */
function withoutControls(text: string): string {
  return text.replaceAll(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "?");
}
