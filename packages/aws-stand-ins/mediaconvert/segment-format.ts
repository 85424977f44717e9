import { statSync } from "node:fs";

/** A segment that ffmpeg left in the work directory. */
export interface MeasuredSegment {
  readonly file: string;
  readonly seconds: number;
  readonly bytes: number;
}

/** The segments of one output. */
export interface SegmentFiles {
  readonly segments: readonly MeasuredSegment[];
  /** The file that a player reads before any segment. */
  readonly init?: string;
  /** Ticks per second, and those at which the first segment begins. */
  readonly clock?: { readonly timescale: number; readonly start: number };
}

/** A picture that decodes without others. */
export interface IFrame {
  /** Seconds. */
  readonly presentationTime: number;
  /** Where a player begins to read the segment, and how many bytes it needs. */
  readonly offset: number;
  readonly bytes: number;
}

/** The names of one kind of essence. */
export interface SegmentNames {
  readonly contentType: string;
  /** @param index from 1 */
  segmentUri(name: string, index: number): string;
  /** Of the file that a player reads before any segment. */
  initUri?(name: string): string;
  /** How DASH names the segments, which it counts from 1. */
  template?(name: string): string;
}

export interface SegmentedOutput {
  readonly kind: "rendition" | "audio";
  readonly workName: string;
  readonly segmentSeconds: number;
}

/** How the segments of a stream are written, measured and named. */
export interface SegmentFormat {
  /** ffmpeg's arguments for one output, to be run inside the work directory. */
  muxer(output: SegmentedOutput): string[];
  measure(directory: string, workName: string): Promise<SegmentFiles>;
  /** When the first picture is shown, on the clock of the segments. */
  startSeconds(files: SegmentFiles): Promise<number>;
  /** "avc1.64001F", as the stream itself says it (RFC 6381 §3.3). */
  videoCodec(files: SegmentFiles): Promise<string | undefined>;
  iFrames(files: SegmentFiles): Promise<(IFrame & { readonly segment: number })[]>;
  readonly video: SegmentNames;
  readonly audio: SegmentNames;
  readonly captions: SegmentNames;
  /** EXT-X-VERSION of its playlists. */
  readonly hlsVersion: number;
  /** Whether its parent playlists have VIDEO-RANGE. */
  readonly tellsVideoRange: boolean;
}

export const sizesOf = (files: readonly string[]): number[] => files.map((file) => statSync(file).size);

/** The three bytes after a marker, which begin an H.264 stream's parameters, as RFC 6381 §3.3 writes them. */
export function avcCodecAfter(bytes: Buffer, marker: Buffer): string | undefined {
  const at = bytes.indexOf(marker);
  if (at < 0) return undefined;
  const start = at + marker.length;
  return `avc1.${bytes.toString("hex", start, start + 3).toUpperCase()}`;
}
