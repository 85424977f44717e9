import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { setupJest } from "cdktf/lib/testing/adapters/jest";
import { NotificationTopics } from "../../constructs/notification-topics";
import { awsIn, key, names } from "./stand-ins";
import { type Arguments, synthesizeScope } from "./synthesized";

setupJest();

const synthesize = (alertEmails: readonly string[], alarmEmails: readonly string[] = []) =>
  synthesizeScope((scope) => {
    new NotificationTopics(scope, "topics", { aws: awsIn(scope), names, key, alertEmails, alarmEmails });
  });

describe("the notification topics", () => {
  it("let alarms of this account publish to the topic of alarms, and no service publish to the others", () => {
    const stack = synthesize([]);
    expect(stack.statement("topics_alarms-policy", "PublishAlarms")).toMatchObject({
      principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
      actions: ["sns:Publish"],
      condition: [{ variable: "aws:SourceAccount" }, { variable: "aws:SourceArn" }],
    });
    for (const topic of ["completion", "failure"]) {
      expect(stack.at(`data.aws_iam_policy_document.topics_${topic}-policy`).statement).toMatchObject([
        { effect: "Deny" },
      ]);
    }
  });

  it("subscribe each alert address to failures", () => {
    expect(synthesize(["a@example.com"]).text).toHaveResourceWithProperties(SnsTopicSubscription, {
      protocol: "email",
      endpoint: "a@example.com",
      topic_arn: "${aws_sns_topic.job_failure.arn}",
    });
    expect(synthesize([]).text).not.toHaveResource(SnsTopicSubscription);
  });

  it("subscribe each alarm address to the alarms only", () => {
    expect(synthesize([], ["ops@example.com"]).all("aws_sns_topic_subscription")).toEqual([
      {
        protocol: "email",
        endpoint: "ops@example.com",
        topic_arn: "${aws_sns_topic.alarms.arn}",
      },
    ]);
  });

  it("keep a subscription's address when other addresses come and go", () => {
    const addressOf = (endpoint: string, emails: string[]) =>
      Object.entries<Arguments>(synthesize(emails).json.resource.aws_sns_topic_subscription).find(
        ([, subscription]) => subscription.endpoint === endpoint,
      )?.[0];
    const both = ["a@example.com", "b@example.com"];
    expect(addressOf("b@example.com", ["b@example.com"])).toBe(addressOf("b@example.com", both));
    expect(addressOf("a@example.com", both)).not.toBe(addressOf("b@example.com", both));
  });
});
