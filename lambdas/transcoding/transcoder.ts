import type { SourceFacts } from "./source-facts";

/** A video to be transcoded. */
export interface TranscodeOrder {
  readonly jobId: string;
  /** `s3://bucket/key`, the key as it is, without any encoding. */
  readonly sourceUrl: string;
  readonly source: SourceFacts;
}

/** Errors other than `Refusal` may pass: the same call can succeed later. */
export interface Transcoder {
  /** @throws Refusal if the source can't be read or has no picture */
  probe(sourceUrl: string): Promise<SourceFacts>;
  /**
   * Starts the job and returns the transcoder's own id of it.
   *
   * @throws Refusal if the order can never be accepted
   */
  submit(order: TranscodeOrder): Promise<string>;
}
