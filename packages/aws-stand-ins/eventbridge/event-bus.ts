import { EventEmitter } from "node:events";
import { DefinitionError } from "../definition-error";
import { compilePattern, type EventMatcher } from "./event-pattern";

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
export interface EventBridgeEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** ISO 8601, to the second, in UTC. */
  time: string;
  region: string;
  resources: readonly string[];
  detail: Record<string, unknown>;
}

export interface EventTarget {
  id: string;
  /** Gets a copy of the event. */
  deliver(event: EventBridgeEvent): Promise<void>;
}

export interface EventRule {
  name: string;
  busArn: string;
  pattern: unknown;
  enabled: boolean;
  targets: EventTarget[];
}

/** An event that didn't reach its target. EventBridge retries for a day; the stand-in doesn't. */
export class EventDeliveryError extends Error {
  override readonly name = "EventDeliveryError";

  constructor(
    readonly ruleName: string,
    targetId: string,
    event: EventBridgeEvent,
    cause: unknown,
  ) {
    super(`Event ${event.id} of rule ${ruleName} did not reach target ${targetId}: ${cause}`, { cause });
  }
}

interface CompiledRule extends EventRule {
  matches: EventMatcher;
}

/**
 * EventBridge's buses: an event goes to every target of every enabled rule that matches it. Emits "error" for a failed
 * delivery, which ends the process if there is no listener.
 */
export class EventBus extends EventEmitter<{ error: [EventDeliveryError] }> {
  private readonly rules: CompiledRule[];
  private pending = 0;

  /** @throws {DefinitionError} naming the rule, the field and what is wrong with it */
  constructor(rules: EventRule[]) {
    super();
    this.rules = rules.map((rule) => ({ ...rule, matches: compile(rule) }));
  }

  /** Deliveries that haven't ended. */
  get pendingDeliveries(): number {
    return this.pending;
  }

  /** @returns the number of targets; doesn't wait for the deliveries */
  async put(busArn: string, event: EventBridgeEvent): Promise<number> {
    const rules = this.rules.filter((rule) => rule.enabled && rule.busArn === busArn && rule.matches(event));
    const deliveries = rules.flatMap((rule) =>
      rule.targets.map((target) => this.deliver(rule, target, event)),
    );
    return deliveries.length;
  }

  private async deliver(rule: EventRule, target: EventTarget, event: EventBridgeEvent): Promise<void> {
    this.pending += 1;
    try {
      await target.deliver(structuredClone(event));
    } catch (cause) {
      this.emit("error", new EventDeliveryError(rule.name, target.id, event, cause));
    } finally {
      this.pending -= 1;
    }
  }
}

function compile(rule: EventRule): EventMatcher {
  try {
    return compilePattern(rule.pattern);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new DefinitionError(`The event pattern of rule ${rule.name}: ${error.message}`);
  }
}
