import { ServiceError } from "./errors";
import type { MediaConvertEvent } from "./events";
import { Random } from "./random";

/**
 * Faults that the real service has now and then, made on demand. Shares are from 0 (never) to 1 (always). Each
 * kind of fault draws from a sequence of its own, so that the same seed gives the same faults, whatever other
 * faults are switched on.
 */
export interface MediaConvertFaults {
  /** Of every random choice. @default 1 */
  readonly seed?: number;
  /** So many first calls of each of CreateJob, GetJob, SearchJobs and Probe are answered 429 TooManyRequestsException. @default 0 */
  readonly throttleFirst?: number;
  /** The share of those calls, after the first ones, that are throttled too. @default 0 */
  readonly throttleShare?: number;
  /** So many first CreateJob calls make their job and lose the answer: 500 InternalServerErrorException. @default 0 */
  readonly errorCreateJob?: number;
  /** So many first jobs end in ERROR with code 1999, which a second job would not. @default 0 */
  readonly errorJobs?: number;
  /** Every call is answered up to so many milliseconds later. @default 0 */
  readonly delayMs?: number;
  /** The share of events that never arrive. @default 0 */
  readonly loseEvents?: number;
  /** The share of events that arrive twice, under one id. @default 0 */
  readonly duplicateEvents?: number;
  /** Every event is held back up to so many milliseconds, so that a later one may overtake it. @default 0 */
  readonly shuffleEventsMs?: number;
}

const THROTTLED = new Set(["CreateJob", "GetJob", "SearchJobs", "Probe"]);

/** Decides for each call, job and event what goes wrong with it. */
export class FaultInjector {
  private readonly randoms = new Map<string, Random>();
  private readonly counts = new Map<string, number>();
  private readonly heldBack = new Set<NodeJS.Timeout>();

  constructor(private readonly faults: MediaConvertFaults = {}) {}

  /** Events that are still to be delivered. */
  get pendingEvents(): number {
    return this.heldBack.size;
  }

  /** To be awaited before a call is answered. @throws ServiceError TooManyRequestsException */
  async beforeCall(operation: string): Promise<void> {
    const { delayMs = 0, throttleFirst = 0, throttleShare = 0 } = this.faults;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.draw("delay") * delayMs));
    if (!THROTTLED.has(operation)) return;
    if (this.isAmongFirst(operation, throttleFirst) || this.happens("throttle", throttleShare))
      throw new ServiceError("TooManyRequestsException", "Too Many Requests");
  }

  /** To be called when a job is made. @throws ServiceError InternalServerErrorException */
  afterCreateJob(): void {
    if (this.isAmongFirst("answer of CreateJob", this.faults.errorCreateJob ?? 0))
      throw new ServiceError("InternalServerErrorException", "Internal Server Error");
  }

  failsJob(): boolean {
    return this.isAmongFirst("job", this.faults.errorJobs ?? 0);
  }

  /** Hands the event on, in its time: never, once or twice. */
  async deliver(
    event: MediaConvertEvent,
    publish: (event: MediaConvertEvent) => Promise<void>,
  ): Promise<void> {
    const { loseEvents = 0, duplicateEvents = 0, shuffleEventsMs = 0 } = this.faults;
    if (this.happens("loss", loseEvents)) return;
    const copies = this.happens("duplicate", duplicateEvents) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (shuffleEventsMs > 0) this.later(this.draw("order") * shuffleEventsMs, () => publish(event));
      else await publish(event);
    }
  }

  /** What is held back is never delivered. */
  close(): void {
    for (const timer of this.heldBack) clearTimeout(timer);
    this.heldBack.clear();
  }

  private later(milliseconds: number, deliver: () => Promise<void>): void {
    const timer = setTimeout(() => {
      void deliver().finally(() => this.heldBack.delete(timer));
    }, milliseconds);
    this.heldBack.add(timer);
  }

  private isAmongFirst(kind: string, limit: number): boolean {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return count <= limit;
  }

  private happens(kind: string, share: number): boolean {
    return share > 0 && this.draw(kind) < share;
  }

  private draw(kind: string): number {
    const random = this.randoms.get(kind) ?? new Random(this.faults.seed ?? 1, kind);
    this.randoms.set(kind, random);
    return random.next();
  }
}
