import type { EventBridgeEvent } from "aws-stand-ins/eventbridge/event-bus";
import { AccessControl } from "aws-stand-ins/iam/access-control";
import { accessRulesOf } from "../../../local/services/access-rules";
import { eventRulesOf, schedulesOf } from "../../../local/services/event-rules";
import { HOME_REGION, OTHER_REGION, stackOf } from "../stack-of";

const FUNCTION_ARN = `arn:aws:lambda:${HOME_REGION}:000000000000:function:updater`;
const HOME_BUS = `arn:aws:events:${HOME_REGION}:000000000000:event-bus/default`;
const EVENT = { source: "aws.mediaconvert" } as EventBridgeEvent;

const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const RELAY_ROLE = {
  name: "relay",
  assume_role_policy: policy({
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { Service: "events.amazonaws.com" },
  }),
};
const RELAY_POLICY = {
  role: "relay",
  policy: policy({ Effect: "Allow", Action: "events:PutEvents", Resource: HOME_BUS }),
};

/** One rule with one target, in the home region or, with the provider, in the other one. */
function rulesOf(target: object, others: Record<string, Record<string, object>> = {}, provider?: string) {
  const stack = stackOf({
    aws_cloudwatch_event_rule: {
      rule: { name: "job-events", event_pattern: '{"source":["aws.mediaconvert"]}', provider },
    },
    aws_cloudwatch_event_target: { target: { rule: "job-events", target_id: "target", provider, ...target } },
    ...others,
  });
  const invoke = jest.fn();
  const putOnBus = jest.fn();
  const access = new AccessControl(accessRulesOf(stack));
  const [rule] = eventRulesOf({ stack, access }, { invoke, putOnBus });
  return { rule, deliver: () => rule?.targets[0]?.deliver(EVENT), invoke, putOnBus };
}

describe("a rule that targets a function", () => {
  const permission = (principal: string) => ({
    aws_lambda_permission: {
      events: {
        action: "lambda:InvokeFunction",
        function_name: "updater",
        principal,
        source_arn: "${aws_cloudwatch_event_rule.rule.arn}",
      },
    },
  });

  it("invokes the function", async () => {
    const { deliver, invoke } = rulesOf({ arn: FUNCTION_ARN }, permission("events.amazonaws.com"));
    await deliver();
    expect(invoke.mock.calls).toEqual([[FUNCTION_ARN, EVENT]]);
  });

  it("fails to deliver without the function's permission", async () => {
    const { deliver, invoke } = rulesOf({ arn: FUNCTION_ARN }, permission("s3.amazonaws.com"));
    await expect(deliver()).rejects.toThrow("no aws_lambda_permission allows rule job-events to invoke");
    expect(invoke).not.toHaveBeenCalled();
  });
});

describe("a rule that relays events to another region's bus", () => {
  const relay = (others: Record<string, Record<string, object>>) =>
    rulesOf({ arn: HOME_BUS, role_arn: "arn:aws:iam::000000000000:role/relay" }, others, "aws.other");

  it("puts the event on that bus under the rule's role", async () => {
    const { rule, deliver, putOnBus } = relay({
      aws_iam_role: { relay: RELAY_ROLE },
      aws_iam_role_policy: { relay: RELAY_POLICY },
    });
    expect(rule?.busArn).toBe(HOME_BUS.replace(HOME_REGION, OTHER_REGION));
    await deliver();
    expect(putOnBus.mock.calls).toEqual([[HOME_BUS, EVENT]]);
  });

  it("fails to deliver if EventBridge can't assume the role, or the role can't put events", async () => {
    await expect(relay({}).deliver()).rejects.toThrow("has no role_arn that EventBridge may assume");
    const powerless = relay({ aws_iam_role: { relay: RELAY_ROLE } });
    await expect(powerless.deliver()).rejects.toThrow("is not authorized to perform: events:PutEvents");
    expect(powerless.putOnBus).not.toHaveBeenCalled();
  });
});

it("a rule has only the targets on its own bus and in its own region", () => {
  expect(rulesOf({ arn: FUNCTION_ARN, event_bus_name: "other" }).rule?.targets).toEqual([]);
  expect(rulesOf({ arn: FUNCTION_ARN, provider: "aws.other" }).rule?.targets).toEqual([]);
});

it("refuses a target that is neither a function nor a bus, with an error naming its address", () => {
  expect(() => rulesOf({ arn: "arn:aws:sqs:eu-south-2:000000000000:queue" })).toThrow(
    "aws_cloudwatch_event_target.target: the local pipeline delivers events to functions and event buses",
  );
});

describe("a scheduled rule", () => {
  const schedules = (schedule_expression: string) =>
    schedulesOf(
      stackOf({
        aws_cloudwatch_event_rule: { sweep: { name: "sweep", schedule_expression } },
        aws_cloudwatch_event_target: { sweeper: { rule: "sweep", target_id: "t", arn: FUNCTION_ARN } },
      }),
    );

  it.each([
    ["rate(1 minute)", 60],
    ["rate(15 minutes)", 900],
    ["rate(2 hours)", 7200],
    ["rate(1 day)", 86_400],
  ])("with %s invokes its function every %d seconds", (expression, intervalSeconds) => {
    expect(schedules(expression)).toEqual([
      {
        ruleArn: `arn:aws:events:${HOME_REGION}:000000000000:rule/sweep`,
        intervalSeconds,
        functionArns: [FUNCTION_ARN],
      },
    ]);
  });

  it("with a cron expression is refused with an error naming its address", () => {
    expect(() => schedules("cron(0 * * * ? *)")).toThrow(
      "aws_cloudwatch_event_rule.sweep: the local pipeline supports schedules such as rate(15 minutes), not 'cron(",
    );
  });
});
