import type { Stream } from "./packaging/stream";
import type { SourceFacts } from "./source-facts";

/** A video to transcode, and the stream to make of it. */
export interface TranscodeOrder extends Stream {
  readonly jobId: string;
  /** `s3://bucket/key`, the key without any encoding. */
  readonly sourceUrl: string;
  /** Whole seconds of timecode after which the rest of the source is left out. Absent for all of it. */
  readonly clipEndSeconds?: number | undefined;
}

/** Every call may throw TransientError. Errors other than that and Refusal are for an operator to fix. */
export interface Transcoder {
  /** @throws Refusal if the source can't be read or has no picture */
  probe(sourceUrl: string): Promise<SourceFacts>;
  /** The transcoder's id of the job that an earlier call started for this order; undefined if there is none. */
  find(order: Pick<TranscodeOrder, "jobId" | "sourceUrl">): Promise<string | undefined>;
  /**
   * Starts the job and returns the transcoder's id of it.
   *
   * @throws Refusal if the order can never be accepted
   */
  submit(order: TranscodeOrder): Promise<string>;
}

/** Throttling, a quota, a conflict, or a fault of the service or the network: a later call can succeed. */
export class TransientError extends Error {
  /** Whether the service declined the call. Otherwise the call may have had its effect. */
  readonly declined: boolean;

  constructor(message: string, { declined = false, ...options }: ErrorOptions & { declined?: boolean } = {}) {
    super(message, options);
    this.declined = declined;
  }
}

export type RefusalCode =
  | "EMPTY_SOURCE"
  | "SOURCE_NOT_FOUND"
  | "SUPERSEDED"
  | "UNREADABLE_SOURCE"
  | "NO_VIDEO_TRACK"
  | "PICTURE_TOO_SMALL"
  | "SOURCE_TOO_LONG"
  | "COST_TOO_HIGH"
  | "JOB_REFUSED"
  | "ATTEMPTS_EXHAUSTED";

/**
 * A video isn't transcoded, for a reason that another attempt wouldn't change. The message tells the
 * uploader what is wrong and what to do.
 */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
