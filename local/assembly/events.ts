import { EventBus } from "aws-stand-ins/eventbridge/event-bus";
import { eventRulesOf } from "../deployment/event-rules";
import { type Functions, functionNameOf } from "./functions";
import type { Surroundings } from "./surroundings";

/** EventBridge with the stack's rules, on the buses of both regions. */
export function startEventBus({ stack, access }: Surroundings, { host }: Functions): EventBus {
  const bus: EventBus = new EventBus(
    eventRulesOf(
      stack,
      {
        invokeFunction: (arn, event) => void host.invokeAsync(functionNameOf(arn), event),
        putOnBus: async (arn, event) => void (await bus.put(arn, event)),
      },
      access,
    ),
  );
  return bus;
}
