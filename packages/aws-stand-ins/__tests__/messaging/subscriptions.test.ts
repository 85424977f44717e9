import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { EveryServiceProcess } from "../../testing/every-service-process";

let services: EveryServiceProcess;
let sns: SNSClient;

beforeAll(async () => {
  services = await EveryServiceProcess.start();
  const { endpoint } = services;
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  sns = new SNSClient({ endpoint, region: "eu-south-2", credentials, maxAttempts: 1 });
});
afterAll(async () => {
  sns.destroy();
  await services.stop();
});

const topic = async (Name: string) => (await sns.send(new CreateTopicCommand({ Name }))).TopicArn ?? "";
const list = async (TopicArn: string) =>
  (await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions?.map(
    ({ Endpoint, SubscriptionArn }) => [Endpoint, SubscriptionArn],
  );

it("lists an e-mail address without an ARN until it is confirmed", async () => {
  const TopicArn = await topic("alarms");
  const Endpoint = "arn:aws:sqs:eu-south-2:000000000000:inbox";
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
  const email = { TopicArn, Protocol: "email", Endpoint: "ops@example.com" };
  const { SubscriptionArn: Token } = await sns.send(new SubscribeCommand(email));
  const confirmedQueue = [Endpoint, expect.stringMatching(/^arn:/)];

  expect(await list(TopicArn)).toEqual([confirmedQueue, ["ops@example.com", "PendingConfirmation"]]);
  const all = await sns.send(new ListSubscriptionsCommand({}));
  expect(all.Subscriptions?.map(({ SubscriptionArn }) => SubscriptionArn)).toContain("PendingConfirmation");
  await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  expect(await list(TopicArn)).toEqual([confirmedQueue, ["ops@example.com", Token]]);
});

it("finds no subscriptions of a topic that doesn't exist", async () => {
  const missing = "arn:aws:sns:eu-south-2:000000000000:none";
  await expect(list(missing)).rejects.toMatchObject({ name: "NotFoundException" });
  expect(await list(await topic("new"))).toEqual([]);
});
