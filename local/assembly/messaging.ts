import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { NotificationInbox } from "aws-stand-ins/messaging/notification-inbox";
import { createQueuesAndTopics, queueUrlsOf, topicArnsOf } from "../deployment/queues-and-topics";
import { clientOptions, type Surroundings } from "./surroundings";

/** SQS, SNS and STS, with the stack's queues and topics, and a subscriber of every topic. */
export interface Messaging {
  readonly sqs: SQSClient;
  /** The URL of each queue, by its ARN. */
  readonly queueUrls: ReadonlyMap<string, string>;
  readonly notifications: NotificationInbox;
  close(): Promise<void>;
}

export async function startMessaging(around: Surroundings): Promise<Messaging> {
  const { stack, gateway, faults } = around;
  // ES modules only, which CommonJS can import but not require.
  const { buildApp } = await import("fauxqs");
  const app = buildApp({ logger: false, defaultRegion: stack.homeRegion });
  await app.ready();
  for (const service of ["sqs", "sns", "sts"]) {
    gateway.serve(service, (request, response) => app.routing(request, response));
  }
  const sqs = new SQSClient(clientOptions(around));
  const sns = new SNSClient(clientOptions(around));
  await createQueuesAndTopics(stack, sqs, sns);
  const notifications = await NotificationInbox.subscribe(topicArnsOf(stack), sqs, sns);

  let publishesToFail = faults?.failPublishes ?? 0;
  // From here on, only functions call SNS, and only to publish.
  gateway.serve("sns", (request, response) => {
    if (publishesToFail === 0) return app.routing(request, response);
    publishesToFail -= 1;
    response.writeHead(500, { "content-type": "text/xml" });
    response.end("<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>");
  });
  return { sqs, queueUrls: queueUrlsOf(stack), notifications, close: () => app.close() };
}
