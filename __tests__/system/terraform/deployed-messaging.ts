import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Deployment } from "./deployment";
import {
  ACCOUNT,
  ALARMS,
  arn,
  COMPLETION,
  DEAD_LETTERS,
  FAILURE,
  HOME_REGION,
  RETRY_LANE,
  STATUS_DEAD_LETTERS,
  STATUS_UPDATER,
  SUFFIX,
  SWEEPER,
  TRANSCODE_REGION,
} from "./physical-names";
import { statementOf } from "./policy-statement";

const STATUS_RULE = `mediaconvert-completion-${SUFFIX}`;
const SWEEP_RULE = `media-job-sweep-${SUFFIX}`;
const RELAY_RULE = `mediaconvert-relay-${SUFFIX}`;

/** Asserts what SQS, SNS and EventBridge return for the queues, topics and rules that Terraform created. */
export function assertMessaging(deployed: () => Deployment): void {
  const keyArn = () => arn("kms", `key/${deployed().outputs.EncryptionKeyId}`);

  it.each([RETRY_LANE, DEAD_LETTERS, STATUS_DEAD_LETTERS])(
    "encrypts the queue %s and denies requests without TLS",
    async (name) => {
      const { KmsMasterKeyId, Policy } = await queueAttributes(name);
      expect(KmsMasterKeyId).toBe(keyArn());
      expect(statementOf(Policy, "DenyWithoutTls")).toMatchObject({
        Effect: "Deny",
        Principal: { AWS: "*" },
        Resource: arn("sqs", name),
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    },
  );

  it("delivers a message of the retry lane five times, then keeps it for two weeks", async () => {
    const lane = await queueAttributes(RETRY_LANE);
    expect(lane).toMatchObject({ VisibilityTimeout: "360", MessageRetentionPeriod: "345600" });
    expect(JSON.parse(lane.RedrivePolicy ?? "")).toEqual({
      deadLetterTargetArn: arn("sqs", DEAD_LETTERS),
      maxReceiveCount: 5,
    });
    expect((await queueAttributes(DEAD_LETTERS)).MessageRetentionPeriod).toBe("1209600");
  });

  it("allows our rules to send undelivered events to the status dead-letter queue", async () => {
    const { Policy } = await queueAttributes(STATUS_DEAD_LETTERS);
    const { Principal, Action, Condition } = statementOf(Policy, "SendUndeliveredEvents");
    expect({ Principal, Action }).toEqual({
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
    });
    const sources = (Condition as { ArnEquals: Record<string, string[]> }).ArnEquals["aws:SourceArn"];
    expect([...(sources ?? [])].sort()).toEqual(
      [STATUS_RULE, SWEEP_RULE].map((rule) => arn("events", `rule/${rule}`)).sort(),
    );
  });

  it.each([COMPLETION, FAILURE, ALARMS])(
    "encrypts the topic %s and denies requests without TLS",
    async (name) => {
      const { KmsMasterKeyId, Policy } = await topicAttributes(name);
      expect(KmsMasterKeyId).toBe(keyArn());
      expect(statementOf(Policy, "DenyWithoutTls")).toMatchObject({
        Effect: "Deny",
        Resource: arn("sns", name),
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    },
  );

  it("allows this account's alarms to publish to their topic", async () => {
    const { Policy } = await topicAttributes(ALARMS);
    expect(statementOf(Policy, "PublishAlarms")).toMatchObject({
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
    });
  });

  it("sends the state changes of our own queue's jobs to status-updater", async () => {
    const { EventPattern } = await deployed().api.events("DescribeRule", { Name: STATUS_RULE });
    expect(JSON.parse(EventPattern)).toMatchObject({
      source: ["aws.mediaconvert"],
      "detail-type": ["MediaConvert Job State Change"],
      detail: {
        queue: [arn("mediaconvert", `queues/media-pipeline-${SUFFIX}`, TRANSCODE_REGION)],
        status: expect.arrayContaining(["COMPLETE", "ERROR", "CANCELED"]),
      },
    });
    expect(await targets(STATUS_RULE)).toMatchObject([
      {
        Arn: arn("lambda", `function:${STATUS_UPDATER}`),
        DeadLetterConfig: { Arn: arn("sqs", STATUS_DEAD_LETTERS) },
      },
    ]);
  });

  it("relays state changes from MediaConvert's region", async () => {
    const { EventPattern } = await deployed().api.events(
      "DescribeRule",
      { Name: RELAY_RULE },
      TRANSCODE_REGION,
    );
    expect(JSON.parse(EventPattern).source).toEqual(["aws.mediaconvert"]);
    expect(await targets(RELAY_RULE, TRANSCODE_REGION)).toMatchObject([
      { Arn: arn("events", "event-bus/default") },
    ]);
  });

  it("runs the sweeper every 15 minutes", async () => {
    const { ScheduleExpression } = await deployed().api.events("DescribeRule", { Name: SWEEP_RULE });
    expect(ScheduleExpression).toBe("rate(15 minutes)");
    expect(await targets(SWEEP_RULE)).toMatchObject([{ Arn: arn("lambda", `function:${SWEEPER}`) }]);
  });

  async function queueAttributes(name: string): Promise<Partial<Record<string, string>>> {
    const { api, outputs } = deployed();
    const QueueUrl = outputs.ProcessingQueueUrl?.replace(RETRY_LANE, name);
    const { Attributes = {} } = await api.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    return Attributes;
  }

  async function topicAttributes(name: string): Promise<Record<string, string>> {
    const TopicArn = arn("sns", name);
    const { Attributes = {} } = await deployed().api.sns.send(new GetTopicAttributesCommand({ TopicArn }));
    return Attributes;
  }

  async function targets(rule: string, region = HOME_REGION) {
    return (await deployed().api.events("ListTargetsByRule", { Rule: rule }, region)).Targets;
  }
}
