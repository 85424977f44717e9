import type { LadderRendition } from "./ladder";
import type { SourceFacts } from "./source-facts";

/** A video to be transcoded. */
export interface TranscodeOrder {
  readonly jobId: string;
  /** `s3://bucket/key`, the key as it is, without any encoding. */
  readonly sourceUrl: string;
  readonly source: SourceFacts;
  /** At least one; what HLS players can choose from, the first one first. */
  readonly renditions: readonly LadderRendition[];
}

/**
 * Each call may throw TransientTrouble, after which it may be made again. Any other error than that and
 * Refusal is for an operator to repair.
 */
export interface Transcoder {
  /** @throws Refusal if the source can't be read or has no picture */
  probe(sourceUrl: string): Promise<SourceFacts>;
  /** The transcoder's own id of the job that was started for this order before, if there is one. */
  find(order: Pick<TranscodeOrder, "jobId" | "sourceUrl">): Promise<string | undefined>;
  /**
   * Starts the job and returns the transcoder's own id of it.
   *
   * @throws Refusal if the order can never be accepted
   */
  submit(order: TranscodeOrder): Promise<string>;
}
