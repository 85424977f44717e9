import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { NotificationInbox } from "aws-stand-ins/messaging/notification-inbox";
import { startMessaging as startServices } from "aws-stand-ins/messaging/service";
import { createQueuesAndTopics, queueUrlsOf, topicArnsOf } from "../deployment/queues-and-topics";
import { clientOptions, type Surroundings } from "./surroundings";

/** SQS, SNS and STS, with the stack's queues and topics, and a subscriber of every topic. */
export interface Messaging {
  readonly sqs: SQSClient;
  /** The URL of each queue, by its ARN. */
  readonly queueUrls: ReadonlyMap<string, string>;
  readonly notifications: NotificationInbox;
}

export async function startMessaging(around: Surroundings): Promise<Messaging> {
  const { stack, gateway, faults } = around;
  const services = await startServices(stack.homeRegion);
  for (const service of services) gateway.serve(service);
  const sqs = new SQSClient(clientOptions(around));
  const sns = new SNSClient(clientOptions(around));
  await createQueuesAndTopics(stack, sqs, sns);
  const notifications = await NotificationInbox.subscribe(topicArnsOf(stack), sqs, sns);

  let publishesToFail = faults?.failPublishes ?? 0;
  // From here on, only functions call SNS, and only to publish.
  for (const sns of services.filter(({ name }) => name === "sns")) {
    gateway.serve({
      ...sns,
      handle(request, response) {
        if (publishesToFail === 0) return sns.handle(request, response);
        publishesToFail -= 1;
        response.writeHead(500, { "content-type": "text/xml" });
        response.end("<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>");
      },
    });
  }
  return { sqs, queueUrls: queueUrlsOf(stack), notifications };
}
