import type { Gateway } from "aws-stand-ins/gateway";
import type { AccessControl } from "aws-stand-ins/iam/access-control";
import type { Faults } from "../faults";
import type { SynthesizedStack } from "../terraform/synthesized-stack";

/** What every stand-in is built from. */
export interface Surroundings {
  readonly stack: SynthesizedStack;
  readonly gateway: Gateway;
  readonly endpointUrl: string;
  readonly access: AccessControl;
  /** Where everything that the pipeline holds is kept. */
  readonly dataDirectory: string;
  /** What goes wrong on purpose. */
  readonly faults: Faults | undefined;
}

/** The pipeline's own SDK clients: signed by nobody in particular, for the home region. */
export function clientOptions({ endpointUrl, stack }: Pick<Surroundings, "endpointUrl" | "stack">) {
  return {
    endpoint: endpointUrl,
    region: stack.homeRegion,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
}
