import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { synthesizePipeline } from "../commands";
import { eventually } from "../eventually";
import { DevPipeline } from "./dev-pipeline";
import { editedStack, type TerraformJson } from "./edited-stack";

/** An upload that MediaConvert declines is sent this often. */
const ROUNDS = 24;

let folder: string;
let stack: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "recursion-"));
  stack = await synthesizePipeline(folder);
});
afterAll(() => rm(folder, { recursive: true }));

/** A media-processor that sends each message back to the retry lane at once, until its count is used up. */
const postponing = () => `
const sdk = require(${JSON.stringify(require.resolve("@aws-sdk/client-sqs"))});
const sqs = new sdk.SQSClient({ useQueueUrlAsEndpoint: false });
exports.handler = async ({ Records: [{ body }] }) => {
  const input = { QueueUrl: process.env.RETRY_QUEUE_URL, MessageBody: String(Number(body) - 1) };
  if (Number(body) > 1) await sqs.send(new sdk.SendMessageCommand(input));
};
`;

/** Runs the rounds on an edited stack. @returns the messages in the dead-letter queue */
async function deadLettersOf(edit: (document: TerraformJson) => void): Promise<string[]> {
  const directory = await editedStack(stack, async (document, copy) => {
    edit(document);
    await writeFile(
      join(copy, document.data.archive_file.processor_lambda_archive.source_file),
      postponing(),
    );
  });
  const pipeline = await DevPipeline.start(`${directory}-data`, "--stack", directory);
  const sqs = new SQSClient({
    endpoint: pipeline.endpointUrl,
    useQueueUrlAsEndpoint: false,
    region: "eu-south-2",
    credentials: { accessKeyId: "operator", secretAccessKey: "any" },
  });
  const url = async (name: string) =>
    (await sqs.send(new GetQueueUrlCommand({ QueueName: `${name}-dev` }))).QueueUrl;
  try {
    const QueueUrl = await url("media-processing-queue");
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: String(ROUNDS) }));
    // The function sends a message's successor before Lambda deletes it.
    await eventually("an empty retry lane", async () => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        }),
      );
      return Object.values(Attributes).every((count) => count === "0") || undefined;
    });
    const dead = await sqs.send(new ReceiveMessageCommand({ QueueUrl: await url("media-processing-dlq") }));
    return dead.Messages?.map(({ Body = "" }) => Body) ?? [];
  } finally {
    await pipeline.interrupt();
  }
}

it("lets an upload return to the retry lane as often as media-processor postpones it", async () => {
  expect(await deadLettersOf(() => {})).toEqual([]);
});

it("stops media-processor after 16 rounds without its recursion config, and keeps the message", async () => {
  const dead = await deadLettersOf(({ resource }) => {
    delete resource.aws_lambda_function_recursion_config;
    delete resource.aws_lambda_event_source_mapping.processor_retries.depends_on;
  });
  expect(dead).toEqual([String(ROUNDS - 16)]);
});
