import type { EventFaults } from "aws-stand-ins/faults/event-faults";
import type { Gateway } from "aws-stand-ins/gateway";
import type { AccessControl } from "aws-stand-ins/iam/access-control";
import type { SynthesizedStack } from "../terraform/synthesized-stack";

/** What every service of the local pipeline starts from. */
export interface StackContext {
  readonly stack: SynthesizedStack;
  readonly gateway: Gateway;
  readonly access: AccessControl;
  /** Holds all data of the pipeline. */
  readonly dataDirectory: string;
  /** What goes wrong with the delivery of events. */
  readonly eventFaults: EventFaults;
  /** Records that a function failed for good, or that an event didn't reach its target. */
  reportFailure(source: string, message: string): void;
}

/** Options for SDK clients of the local endpoint, in the stack's home region. No role's policies apply to them. */
export function clientOptions({ endpointUrl, homeRegion }: SynthesizedStack) {
  return {
    endpoint: endpointUrl,
    region: homeRegion,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
}
