import { randomUUID } from "node:crypto";
import type { EventBridgeEvent } from "./event-bus";

/** A rule that invokes functions at fixed intervals. */
export interface Schedule {
  readonly ruleArn: string;
  readonly intervalSeconds: number;
  readonly functionArns: readonly string[];
}

/** EventBridge's scheduled rules: invokes each rule's functions at its interval, until stopped. */
export class Scheduler {
  private readonly timers: NodeJS.Timeout[];

  constructor(
    schedules: readonly Schedule[],
    invoke: (functionArn: string, event: EventBridgeEvent) => void,
  ) {
    this.timers = schedules.map(({ ruleArn, intervalSeconds, functionArns }) =>
      setInterval(() => {
        for (const arn of functionArns) invoke(arn, scheduledEvent(ruleArn));
      }, intervalSeconds * 1000),
    );
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
function scheduledEvent(ruleArn: string): EventBridgeEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: ruleArn.split(":")[4] ?? "",
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region: ruleArn.split(":")[3] ?? "",
    resources: [ruleArn],
    detail: {},
  };
}
