import type { Size } from "./frame-size";
import type { IFrameSegment, Segment } from "./playlists";
import type { Rational } from "./source";

/** How a manifest names the segments of an output by their number, and their times. */
export interface SegmentTemplate {
  /** Relative URIs, percent-encoded. */
  readonly media: string;
  readonly init?: string;
  /** Ticks per second. */
  readonly timescale: number;
  /** Decode time of the first segment, in ticks. */
  readonly start: number;
}

/** A rendition with a picture. */
export interface Variant {
  readonly kind: "variant";
  readonly uri: string;
  readonly segments: readonly Segment[];
  /** RFC 6381, video first. */
  readonly codecs: readonly string[];
  readonly size: Size;
  readonly frameRate: Rational;
  /** Bits per second, of the job's settings. */
  readonly maxBitrate: number;
  /** Where there is a DASH manifest. */
  readonly template?: SegmentTemplate | undefined;
  /** "SDR", "PQ" or "HLG". Absent where the service doesn't say it. */
  readonly videoRange?: string | undefined;
  /** The audio groups that it plays with; it is listed once for each. */
  readonly audioSets: readonly string[];
  readonly iFrames?: { readonly uri: string; readonly segments: readonly IFrameSegment[] } | undefined;
}

/** Sound that a player chooses among those of its group. */
export interface AudioRendition {
  readonly kind: "audio";
  readonly uri: string;
  readonly segments: readonly Segment[];
  readonly codec: string;
  readonly group: string;
  readonly language?: string | undefined;
  /** What a player shows. */
  readonly name?: string | undefined;
  readonly isDefault: boolean;
  readonly autoSelect: boolean;
  readonly channels: number;
  /** Where there is a DASH manifest. */
  readonly template?: SegmentTemplate | undefined;
}

/** Captions that a player shows on top of the picture. */
export interface SubtitleRendition {
  readonly kind: "subtitles";
  readonly uri: string;
  readonly segments: readonly Segment[];
  readonly language?: string | undefined;
  /** What a player shows. */
  readonly name: string;
  readonly isDefault: boolean;
  /** Whether they describe what is heard, for people who don't hear it. */
  readonly accessible: boolean;
  /** Where there is a DASH manifest. */
  readonly template?: SegmentTemplate | undefined;
}

/** A stream's tiled thumbnails. */
export interface TiledImages {
  readonly media: string;
  /** Pixels of a sheet. */
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  /** What a full sheet covers. */
  readonly secondsOfSheet: number;
  readonly bandwidth: number;
}
