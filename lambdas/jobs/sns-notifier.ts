import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Notice } from "./job-notification";
import type { Notifier } from "./outcome-announcement";

/** Topics' ARNs. A function that only ever reports failures has no completion topic. */
export interface OutcomeTopics {
  readonly completion?: string;
  readonly failure: string;
}

/** The message attribute `status` lets a subscription filter without reading the message. */
export class SnsNotifier implements Notifier {
  constructor(
    private readonly client: SNSClient,
    private readonly topics: OutcomeTopics,
  ) {}

  async publish({ subject, body }: Notice): Promise<void> {
    await this.client.send(
      new PublishCommand({
        TopicArn: this.topicFor(body.status),
        Subject: subject,
        Message: JSON.stringify(body),
        MessageAttributes: { status: { DataType: "String", StringValue: body.status } },
      }),
    );
  }

  private topicFor(status: Notice["body"]["status"]): string {
    if (status !== "COMPLETE") return this.topics.failure;
    if (this.topics.completion === undefined) {
      throw new Error("A completed job has no topic here: this function was given the failure topic only.");
    }
    return this.topics.completion;
  }
}
