import type { LadderRendition } from "../ladder";
import type { SourceFacts } from "../source-facts";
import type { AudioRendition } from "./audio";
import type { CaptionRendition } from "./captions";
import type { Packaging, StreamOptions } from "./stream-options";

/** What a stream is made of. */
export interface Stream extends Pick<StreamOptions, "loudnessTargetLkfs" | "progressiveManifest"> {
  readonly packaging: Packaging;
  readonly source: SourceFacts;
  /** At least one, in the order of the playlist. */
  readonly renditions: readonly LadderRendition[];
  /** In the order of the playlist. Empty for a silent stream. */
  readonly audio: readonly AudioRendition[];
  /** In the order of the manifests. @default none */
  readonly captions?: readonly CaptionRendition[];
}

/** Apple's HLS authoring specification: segments of 6 s. */
export const SEGMENT_SECONDS = 6;

/** In the smallest rendition frames load fastest, so its I-frames are those for scrubbing. */
export function smallestOf(renditions: readonly LadderRendition[]): LadderRendition | undefined {
  return [...renditions].sort((one, other) => one.maxBitrateBps - other.maxBitrateBps)[0];
}

/**
 * Whether the sound has files of its own instead of being part of each rendition's segments: always in CMAF, and in HLS
 * as soon as there is a choice.
 */
export function hasOwnAudio({ packaging, audio }: Pick<Stream, "packaging" | "audio">): boolean {
  return packaging === "cmaf" ? audio.length > 0 : audio.length > 1;
}
