import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { DevPipeline } from "../../local/dev-pipeline";

/** Puts an operator's order for the key into the dead-letter queue of uploads. */
export async function sendDeadLetter({ endpointUrl }: DevPipeline, key: string): Promise<void> {
  const sqs = new SQSClient({
    endpoint: endpointUrl,
    region: "eu-south-2",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    useQueueUrlAsEndpoint: false,
  });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "media-processing-dlq-dev" }));
  const order = { bucket: "raw-videos-dev-000000000000", key, force: true };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(order) }));
}
