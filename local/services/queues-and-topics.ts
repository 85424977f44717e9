import { join } from "node:path";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { NotificationInbox } from "aws-stand-ins/messaging/notification-inbox";
import { startMessaging } from "aws-stand-ins/messaging/service";
import { z } from "zod";
import { argumentsOf, jsonText, type Resource, textLike, wholeNumber } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";
import { clientOptions, type StackContext } from "./stack-context";

/** SQS and SNS, with the stack's queues and topics. */
export interface QueuesAndTopics {
  readonly sqs: SQSClient;
  /** The URL of each queue, by its ARN. */
  readonly queueUrls: ReadonlyMap<string, string>;
  /** Subscribes to every topic. */
  readonly notifications: NotificationInbox;
}

export async function startQueuesAndTopics(context: StackContext): Promise<QueuesAndTopics> {
  const { stack, gateway, dataDirectory } = context;
  const messaging = await startMessaging({
    region: stack.homeRegion,
    directory: join(dataDirectory, "sqs"),
    onFault: (message) => context.reportFailure("sqs", message),
  });
  for (const service of messaging.services) gateway.serve(service);
  const sqs = new SQSClient(clientOptions(stack));
  const sns = new SNSClient(clientOptions(stack));
  await createQueues(stack, sqs);
  await createTopics(stack, sns);
  const topicArns = stack.resources("aws_sns_topic").map((topic) => stack.arnOf(topic));
  const notifications = await NotificationInbox.subscribe(topicArns, sqs, sns);
  await messaging.restore();
  return { sqs, queueUrls: queueUrlsOf(stack), notifications };
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
const queue = z.object({
  name: textLike(/^[\w-]{1,80}$/, "1 to 80 letters, digits, hyphens and underscores"),
  visibility_timeout_seconds: wholeNumber(0, 43_200).optional(),
  message_retention_seconds: wholeNumber(60, 1_209_600).optional(),
  delay_seconds: wholeNumber(0, 900).optional(),
  receive_wait_time_seconds: wholeNumber(0, 20).optional(),
  redrive_policy: jsonText(
    "JSON with deadLetterTargetArn and maxReceiveCount",
    z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int().min(1).max(1000) }),
  ).optional(),
});
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
const topic = z.object({
  name: textLike(/^[\w-]{1,256}$/, "1 to 256 letters, digits, hyphens and underscores"),
});

/** @throws {StackError} for a queue or a topic that SQS or SNS would refuse */
export function checkQueuesAndTopics(stack: SynthesizedStack): void {
  for (const resource of stack.resources("aws_sqs_queue")) argumentsOf(resource, queue);
  for (const resource of stack.resources("aws_sns_topic")) argumentsOf(resource, topic);
}

async function createQueues(stack: SynthesizedStack, sqs: SQSClient): Promise<void> {
  for (const resource of deadLetterQueuesFirst(stack.resources("aws_sqs_queue"))) {
    const given = argumentsOf(resource, queue);
    const attributes = Object.entries({
      VisibilityTimeout: given.visibility_timeout_seconds,
      MessageRetentionPeriod: given.message_retention_seconds,
      DelaySeconds: given.delay_seconds,
      ReceiveMessageWaitTimeSeconds: given.receive_wait_time_seconds,
      RedrivePolicy: given.redrive_policy,
    }).filter(([, value]) => value !== undefined);
    await sqs.send(
      new CreateQueueCommand({
        QueueName: given.name,
        Attributes: Object.fromEntries(attributes.map(([name, value]) => [name, String(value)])),
      }),
    );
  }
}

async function createTopics(stack: SynthesizedStack, sns: SNSClient): Promise<void> {
  for (const resource of stack.resources("aws_sns_topic")) {
    await sns.send(new CreateTopicCommand({ Name: argumentsOf(resource, topic).name }));
  }
}

function queueUrlsOf(stack: SynthesizedStack): Map<string, string> {
  return new Map(
    stack
      .resources("aws_sqs_queue")
      .map((resource) => [stack.arnOf(resource), String(stack.attribute(resource, "url"))]),
  );
}

/** SQS creates a queue only after the dead-letter queue that its redrive policy names. */
function deadLetterQueuesFirst(queues: Resource[]): Resource[] {
  const redrives = (one: Resource) => Number(one.arguments.redrive_policy !== undefined);
  return [...queues].sort((a, b) => redrives(a) - redrives(b));
}
