import type { EventBridgeEvent, EventRule, EventTarget } from "aws-stand-ins/eventbridge/event-bus";
import type { AccessControl } from "aws-stand-ins/iam/access-control";
import { access } from "aws-stand-ins/iam/evaluation";
import { z } from "zod";
import { argumentsOf, type Resource, StackError } from "../terraform/resource";
import { LOCAL_ACCOUNT_ID, type SynthesizedStack } from "../terraform/synthesized-stack";
import { permissionsOf } from "./function-permissions";

const rule = z.object({
  name: z.string(),
  event_bus_name: z.string().default("default"),
  event_pattern: z.string(),
  state: z.string().default("ENABLED"),
});
const target = z.object({
  rule: z.string(),
  target_id: z.string(),
  arn: z.string(),
  event_bus_name: z.string().default("default"),
  role_arn: z.string().optional(),
});

/** Where the targets of rules deliver to. */
export interface EventDestinations {
  invokeFunction(functionArn: string, event: EventBridgeEvent): void;
  putOnBus(busArn: string, event: EventBridgeEvent): Promise<void>;
}

export function busArn(region: string, name = "default"): string {
  return `arn:aws:events:${region}:${LOCAL_ACCOUNT_ID}:event-bus/${name}`;
}

/** The stack's rules with their targets: functions, and buses of other regions. */
export function eventRulesOf(
  stack: SynthesizedStack,
  destinations: EventDestinations,
  control: AccessControl,
): EventRule[] {
  const permissions = permissionsOf(stack);
  const targets = stack
    .resources("aws_cloudwatch_event_target")
    .map((resource) => ({ resource, ...argumentsOf(resource, target) }));

  return stack
    .resources("aws_cloudwatch_event_rule")
    .filter((resource) => resource.arguments.event_pattern !== undefined)
    .map((resource) => {
      const given = argumentsOf(resource, rule);
      const ruleArn = String(stack.attribute(resource, "arn"));
      const ours = targets.filter(
        (one) =>
          one.rule === given.name &&
          one.event_bus_name === given.event_bus_name &&
          one.resource.region === resource.region,
      );
      return {
        name: given.name,
        busArn: busArn(resource.region, given.event_bus_name),
        pattern: patternOf(resource, given.event_pattern),
        enabled: given.state === "ENABLED",
        targets: ours.map((one): EventTarget => {
          const deliver = delivery(one.arn, destinations);
          if (deliver === undefined) {
            throw new StackError(
              `${one.resource.address}: the local pipeline delivers events to functions and event buses, not to ${one.arn}.`,
            );
          }
          return {
            id: one.target_id,
            async deliver(event) {
              if (!isFunction(one.arn)) requireRelay(control, ruleArn, one);
              else if (!permissions.allow("events.amazonaws.com", ruleArn, one.arn))
                throw new Error(`no aws_lambda_permission lets rule ${given.name} invoke ${one.arn}`);
              await deliver(event);
            },
          };
        }),
      };
    });
}

const isFunction = (arn: string) => arn.split(":")[2] === "lambda";

function delivery(arn: string, destinations: EventDestinations) {
  if (isFunction(arn)) return async (event: EventBridgeEvent) => destinations.invokeFunction(arn, event);
  if (arn.split(":")[2] === "events") return (event: EventBridgeEvent) => destinations.putOnBus(arn, event);
  return undefined;
}

/**
 * A rule puts events on another region's bus by a role of its own.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
function requireRelay(control: AccessControl, ruleArn: string, { arn, role_arn }: z.infer<typeof target>) {
  if (role_arn === undefined || !control.trusts(role_arn, "events.amazonaws.com", ruleArn))
    throw new Error(`${ruleArn} has no role_arn that EventBridge may assume to put events on ${arn}`);
  control.require({ roleArn: role_arn, name: "EventBridge" }, [access("events:PutEvents", arn)]);
}

function patternOf(resource: Resource, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new StackError(`${resource.address}: event_pattern is not JSON: ${(error as Error).message}.`);
  }
}
