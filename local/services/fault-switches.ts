import type { EventFaults } from "aws-stand-ins/faults/event-faults";
import type { RequestFaults } from "aws-stand-ins/faults/request-faults";
import type { LocalMediaConvert } from "aws-stand-ins/mediaconvert/service";
import { describeFaults, type Faults, withDefaults } from "../faults";

interface FaultyServices {
  readonly events: EventFaults;
  readonly requests: RequestFaults;
  readonly mediaConvert: LocalMediaConvert;
}

/** The faults of a pipeline, which can be switched while it runs. */
export class FaultSwitches {
  private faults: Faults;

  /** @param initial what the services started with */
  constructor(
    private readonly services: FaultyServices,
    initial: Partial<Faults> | undefined,
  ) {
    this.faults = withDefaults(initial);
  }

  get current(): Faults {
    return this.faults;
  }

  /** Whether any is on. */
  get isOn(): boolean {
    return describeFaults(this.faults) !== describeFaults(withDefaults({ seed: this.faults.seed }));
  }

  /** Replaces all faults. Those that count or choose begin again. */
  switch(faults: Partial<Faults>): void {
    this.faults = withDefaults(faults);
    const { events, requests, mediaConvert } = this.services;
    events.switch(this.faults);
    requests.switch(this.faults);
    mediaConvert.failNextJobs(this.faults.errorJobs);
  }
}
