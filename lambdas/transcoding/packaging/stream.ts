import type { LadderRendition } from "../ladder";
import type { SourceFacts } from "../source-facts";
import type { AudioRendition } from "./audio";

/** What a stream is made of, in whichever packaging. */
export interface Stream {
  readonly source: SourceFacts;
  /** At least one, in the order of the playlist. */
  readonly renditions: readonly LadderRendition[];
  /** In the order of the playlist. Empty for a silent stream. */
  readonly audio: readonly AudioRendition[];
}

/** Apple's HLS authoring specification: segments of 6 s. */
export const SEGMENT_SECONDS = 6;

/** In the smallest rendition frames load fastest, so its I-frames are those for scrubbing. */
export function smallestOf(renditions: readonly LadderRendition[]): LadderRendition | undefined {
  return [...renditions].sort((one, other) => one.maxBitrateBps - other.maxBitrateBps)[0];
}
