import { CreateTopicCommand, type SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { argumentsOf, type Resource } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";

const queue = z.object({
  name: z.string(),
  visibility_timeout_seconds: z.number().optional(),
  message_retention_seconds: z.number().optional(),
  delay_seconds: z.number().optional(),
  receive_wait_time_seconds: z.number().optional(),
  redrive_policy: z.string().optional(),
});
const topic = z.object({ name: z.string() });

/** Makes the stack's queues and topics; the clients have to sign for the stack's home region. */
export async function createQueuesAndTopics(
  stack: SynthesizedStack,
  sqs: SQSClient,
  sns: SNSClient,
): Promise<void> {
  for (const resource of inOrderOfRedrive(stack.resources("aws_sqs_queue"))) {
    const given = argumentsOf(resource, queue);
    const attributes = {
      VisibilityTimeout: given.visibility_timeout_seconds,
      MessageRetentionPeriod: given.message_retention_seconds,
      DelaySeconds: given.delay_seconds,
      ReceiveMessageWaitTimeSeconds: given.receive_wait_time_seconds,
      RedrivePolicy: given.redrive_policy,
    };
    await sqs.send(
      new CreateQueueCommand({
        QueueName: given.name,
        Attributes: Object.fromEntries(
          Object.entries(attributes).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, String(value)]],
          ),
        ),
      }),
    );
  }
  for (const resource of stack.resources("aws_sns_topic")) {
    await sns.send(new CreateTopicCommand({ Name: argumentsOf(resource, topic).name }));
  }
}

/** The URL of each of the stack's queues, by its ARN. */
export function queueUrlsOf(stack: SynthesizedStack): Map<string, string> {
  return new Map(
    stack
      .resources("aws_sqs_queue")
      .map((resource) => [
        String(stack.attribute(resource, "arn")),
        String(stack.attribute(resource, "url")),
      ]),
  );
}

/** The ARN of each of the stack's topics. */
export function topicArnsOf(stack: SynthesizedStack): string[] {
  return stack.resources("aws_sns_topic").map((resource) => String(stack.attribute(resource, "arn")));
}

/** A queue can be created only after the one that takes its dead letters. */
function inOrderOfRedrive(queues: Resource[]): Resource[] {
  return [...queues].sort(
    (a, b) =>
      Number(a.arguments.redrive_policy !== undefined) - Number(b.arguments.redrive_policy !== undefined),
  );
}
