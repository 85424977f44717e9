import { Chance } from "./random";

/** Faults of the delivery of events. Every one is off by default; shares are from 0 (never) to 1 (always). */
export interface EventFaultOptions {
  /** Of every random choice. @default 1 */
  readonly seed?: number;
  /** The share of events that never arrive. @default 0 */
  readonly loseEvents?: number;
  /** The share of events that arrive twice, under one id. @default 0 */
  readonly duplicateEvents?: number;
  /** Delays every event by a random time up to this, in milliseconds, so that a later one may overtake it. @default 0 */
  readonly shuffleEventsMs?: number;
  /** How many times each notification of an upload arrives, 1 or more. @default 1 */
  readonly duplicateUploads?: number;
}

/** Delivers events as EventBridge and S3 do at their worst: at least once, in any order, or never. */
export class EventFaults {
  private chance: Chance;
  private readonly delayed = new Map<NodeJS.Timeout, () => Promise<unknown>>();

  constructor(private faults: EventFaultOptions = {}) {
    this.chance = new Chance(faults.seed);
  }

  /** Replaces the faults; those that count or choose begin again. */
  switch(faults: EventFaultOptions): void {
    this.faults = faults;
    this.chance = new Chance(faults.seed);
  }

  /** Events that are still to be delivered. */
  get pending(): number {
    return this.delayed.size;
  }

  /** @param publish must not reject */
  async deliver(publish: () => Promise<unknown>): Promise<void> {
    const { loseEvents = 0, duplicateEvents = 0, shuffleEventsMs = 0 } = this.faults;
    if (this.chance.happens("loss", loseEvents)) return;
    const copies = this.chance.happens("duplicate", duplicateEvents) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (shuffleEventsMs > 0) this.later(this.chance.draw("order") * shuffleEventsMs, publish);
      else await publish();
    }
  }

  deliverUpload(notify: () => void): void {
    const { duplicateUploads = 1 } = this.faults;
    for (let copy = 0; copy < duplicateUploads; copy += 1) notify();
  }

  /** Delivers the delayed events. */
  async stop(): Promise<void> {
    for (const timer of this.delayed.keys()) clearTimeout(timer);
    await Promise.all([...this.delayed.values()].map((publish) => publish()));
    this.delayed.clear();
  }

  private later(milliseconds: number, publish: () => Promise<unknown>): void {
    const timer = setTimeout(() => {
      void publish().finally(() => this.delayed.delete(timer));
    }, milliseconds);
    this.delayed.set(timer, publish);
  }
}
