import { type EventBridgeEvent, EventBus, type EventRule } from "aws-stand-ins/eventbridge/event-bus";
import { compilePattern } from "aws-stand-ins/eventbridge/event-pattern";
import { type Schedule, Scheduler } from "aws-stand-ins/eventbridge/scheduler";
import type { AccessControl } from "aws-stand-ins/iam/access-control";
import { access } from "aws-stand-ins/iam/evaluation";
import { z } from "zod";
import { regionalArn } from "../terraform/local-account";
import { argumentsOf, judge, type Resource, StackError, textLike } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";
import { type Functions, invokePermissionsOf } from "./functions";
import type { StackContext } from "./stack-context";

/** EventBridge with the stack's rules and schedules, on the buses of every region of the stack. */
export class EventRules {
  private constructor(
    private readonly bus: EventBus,
    private readonly scheduler: Scheduler,
  ) {}

  static start(context: StackContext, functions: Functions): EventRules {
    const invoke = (arn: string, event: EventBridgeEvent) => functions.invokeAsync(arn, event);
    const destinations = {
      invoke,
      putOnBus: async (arn: string, event: EventBridgeEvent) => void (await bus.put(arn, event)),
    };
    const bus: EventBus = new EventBus(eventRulesOf(context, destinations));
    bus.on("error", ({ ruleName, message }) => context.reportFailure(ruleName, message));
    return new EventRules(bus, new Scheduler(schedulesOf(context.stack), invoke));
  }

  /** Puts an event on the default bus of a region. */
  async put(region: string, event: EventBridgeEvent): Promise<void> {
    await this.bus.put(busArn(region), event);
  }

  /** Whether no delivery is pending. */
  isIdle(): boolean {
    return this.bus.pendingDeliveries === 0;
  }

  /** Stops the schedules. */
  stop(): void {
    this.scheduler.stop();
  }
}

interface Destinations {
  invoke(functionArn: string, event: EventBridgeEvent): void;
  putOnBus(busArn: string, event: EventBridgeEvent): Promise<void>;
}

const busArn = (region: string, name = "default") => regionalArn("events", region, `event-bus/${name}`);

const patternRule = z.object({
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
  name: textLike(/^[.\w-]{1,64}$/, "1 to 64 letters, digits, dots, hyphens and underscores"),
  event_bus_name: z.string().optional(),
  event_pattern: z.string(),
  state: z.string().default("ENABLED"),
});

/** The stack's rules with a pattern. Each delivery needs the permission that EventBridge needs. */
export function eventRulesOf(
  { stack, access: control }: Pick<StackContext, "stack" | "access">,
  destinations: Destinations,
): EventRule[] {
  const permissions = invokePermissionsOf(stack);
  return rulesWith("event_pattern", stack).map((resource) => {
    const { name, event_bus_name, event_pattern, state } = argumentsOf(resource, patternRule);
    const ruleArn = stack.arnOf(resource);
    const deliveryTo = (target: Target, address: string) => {
      const { arn } = target;
      const service = arn.split(":")[2];
      if (service === "lambda") {
        return async (event: EventBridgeEvent) => {
          if (!permissions.allow("events.amazonaws.com", ruleArn, arn))
            throw new Error(`no aws_lambda_permission allows rule ${name} to invoke ${arn}`);
          destinations.invoke(arn, event);
        };
      }
      if (service === "events") {
        return async (event: EventBridgeEvent) => {
          requireRelayRole(control, ruleArn, target);
          await destinations.putOnBus(arn, event);
        };
      }
      throw new StackError(
        `${address}: the local pipeline delivers events to functions and event buses, not to ${arn}.`,
      );
    };
    return {
      name,
      busArn: busArn(resource.region, event_bus_name),
      pattern: parsePattern(resource, event_pattern),
      enabled: state === "ENABLED",
      targets: targetsOf(resource, stack).map(({ address, target }) => ({
        id: target.target_id,
        deliver: deliveryTo(target, address),
      })),
    };
  });
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html */
function requireRelayRole(control: StackContext["access"], ruleArn: string, { arn, role_arn }: Target): void {
  if (role_arn === undefined || !control.trusts(role_arn, "events.amazonaws.com", ruleArn))
    throw new Error(`${ruleArn} has no role_arn that EventBridge may assume to put events on ${arn}`);
  control.require({ roleArn: role_arn, name: "EventBridge" }, [access("events:PutEvents", arn)]);
}

function parsePattern(resource: Resource, json: string): unknown {
  let pattern: unknown;
  try {
    pattern = JSON.parse(json);
  } catch (error) {
    throw new StackError(`${resource.address}: event_pattern is not JSON: ${(error as Error).message}.`);
  }
  judge(resource, () => compilePattern(pattern));
  return pattern;
}

/** @throws {StackError} if the local pipeline doesn't support a pattern, a schedule or a target */
export function checkEventRules(stack: SynthesizedStack, access: AccessControl): void {
  eventRulesOf({ stack, access }, { invoke: () => {}, putOnBus: async () => {} });
  schedulesOf(stack);
}

const scheduledRule = z.object({ schedule_expression: z.string() });
const SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const;

/** The stack's rules with a schedule. */
export function schedulesOf(stack: SynthesizedStack): Schedule[] {
  return rulesWith("schedule_expression", stack).map((resource) => {
    const { schedule_expression } = argumentsOf(resource, scheduledRule);
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule_expression);
    if (rate === null) {
      throw new StackError(
        `${resource.address}: the local pipeline supports schedules such as rate(15 minutes), ` +
          `not '${schedule_expression}'.`,
      );
    }
    return {
      ruleArn: stack.arnOf(resource),
      intervalSeconds: Number(rate[1]) * SECONDS[rate[2] as keyof typeof SECONDS],
      functionArns: targetsOf(resource, stack).map(({ target }) => target.arn),
    };
  });
}

const rulesWith = (argument: "event_pattern" | "schedule_expression", stack: SynthesizedStack) =>
  stack
    .resources("aws_cloudwatch_event_rule")
    .filter((resource) => resource.arguments[argument] !== undefined);

const eventTarget = z.object({
  rule: z.string(),
  target_id: z.string(),
  arn: z.string(),
  event_bus_name: z.string().default("default"),
  role_arn: z.string().optional(),
});
type Target = z.output<typeof eventTarget>;

/** The targets of a rule: those with its name, on its bus, in its region. */
function targetsOf(rule: Resource, stack: SynthesizedStack): { address: string; target: Target }[] {
  const { name, event_bus_name = "default" } = rule.arguments;
  return stack
    .resources("aws_cloudwatch_event_target")
    .filter(({ region }) => region === rule.region)
    .map((resource) => ({ address: resource.address, target: argumentsOf(resource, eventTarget) }))
    .filter(({ target }) => target.rule === name && target.event_bus_name === event_bus_name);
}
