import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Gateway } from "../gateway";
import { startMessaging } from "../messaging/service";

/**
 * A process of its own with SQS: the queue `work`, which gives a message up after two receives, and its dead-letter
 * queue. Prints the URLs of the endpoint and of both queues once the messages of an earlier process are restored.
 *
 * @param directory keeps the messages
 */
async function main(directory: string): Promise<void> {
  const gateway = new Gateway("000000000000");
  const endpoint = await gateway.listen(0);
  const messaging = await startMessaging({ region: "eu-south-2", directory });
  for (const service of messaging.services) gateway.serve(service);
  const sqs = new SQSClient({
    endpoint,
    region: "eu-south-2",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
  const create = async (QueueName: string, Attributes?: Record<string, string>) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl;
  const deadLetters = await create("dead-letters");
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: "arn:aws:sqs:eu-south-2:000000000000:dead-letters",
    maxReceiveCount: 2,
  });
  const work = await create("work", { RedrivePolicy, VisibilityTimeout: "600" });
  await messaging.restore();
  process.stdout.write(`${endpoint} ${work} ${deadLetters}\n`);
}

void main(process.argv[2] ?? "");
