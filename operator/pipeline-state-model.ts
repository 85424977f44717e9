import type { Fault } from "./local-run-model";

export interface QueueState {
  /** null where the operator's permissions don't allow to count. */
  readonly waiting: number | null;
  /** That a consumer has received and not finished. */
  readonly inFlight: number | null;
  /** That become visible later. */
  readonly delayed: number | null;
}

export interface PipelineState {
  /** SQS's approximate counts by the name of the queue. */
  readonly queues: Readonly<Record<string, QueueState>>;
  /** How many errors each function logged in the last hour, by its name. */
  readonly errors: Readonly<Record<string, number>>;
  /** null on AWS, where nothing injects faults. */
  readonly faults: readonly Fault[] | null;
}
