import { EventEmitter } from "node:events";
import { compilePattern, type EventMatcher, InvalidEventPattern } from "./event-pattern";

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
  /** Takes over a copy of the event. */
  deliver(event: EventBridgeEvent): Promise<void>;
}

export interface EventRule {
  name: string;
  busArn: string;
  pattern: unknown;
  enabled: boolean;
  targets: EventTarget[];
}

/** An event that a target did not take. EventBridge would try again for a day; here it is lost. */
export class EventDeliveryError extends Error {
  override readonly name = "EventDeliveryError";
  readonly code = "EventDeliveryError";

  constructor(
    readonly ruleName: string,
    readonly targetId: string,
    readonly event: EventBridgeEvent,
    cause: unknown,
  ) {
    super(`Event ${event.id} of rule ${ruleName} did not reach target ${targetId}: ${cause}`, { cause });
  }
}

interface CompiledRule extends EventRule {
  matches: EventMatcher;
}

/**
 * EventBridge's buses on this machine: each event goes to every target of every enabled rule that matches it. A failed
 * delivery is emitted as "error", which ends the process if nobody listens.
 */
export class EventBus extends EventEmitter<{ error: [EventDeliveryError] }> {
  private readonly rules: CompiledRule[];
  private pending = 0;

  /** @throws InvalidEventPattern naming the rule, the field and the fault */
  constructor(rules: EventRule[]) {
    super();
    this.rules = rules.map((rule) => ({ ...rule, matches: compile(rule) }));
  }

  /** Deliveries under way. */
  get pendingDeliveries(): number {
    return this.pending;
  }

  /** Gives, without waiting for the deliveries, to how many targets the event goes. */
  async put(busArn: string, event: EventBridgeEvent): Promise<number> {
    const rules = this.rules.filter((rule) => rule.enabled && rule.busArn === busArn && rule.matches(event));
    const deliveries = rules.flatMap((rule) =>
      rule.targets.map((target) => this.deliver(rule, target, event)),
    );
    return deliveries.length;
  }

  private async deliver(rule: EventRule, target: EventTarget, event: EventBridgeEvent): Promise<void> {
    this.pending++;
    try {
      await target.deliver(structuredClone(event));
    } catch (cause) {
      this.emit("error", new EventDeliveryError(rule.name, target.id, event, cause));
    } finally {
      this.pending--;
    }
  }
}

function compile(rule: EventRule): EventMatcher {
  try {
    return compilePattern(rule.pattern);
  } catch (error) {
    if (!(error instanceof InvalidEventPattern)) throw error;
    throw new InvalidEventPattern(`The event pattern of rule ${rule.name} is not valid: ${error.message}`);
  }
}
