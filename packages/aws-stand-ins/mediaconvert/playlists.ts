import { stringify, types } from "hls-parser";
import { relativeUri } from "./output-names";

export interface Segment {
  readonly uri: string;
  readonly seconds: number;
  readonly bytes: number;
}

/** A picture of a segment, shown until the next one. */
export interface IFrameSegment extends Segment {
  /** Of its first byte in the segment's file. */
  readonly offset: number;
}

/** When a playlist is written, and what it says of that. */
export interface PlaylistState {
  /** A comment at the beginning. */
  readonly remark?: string | undefined;
  /** Whether further segments follow. @default false */
  readonly isRunning?: boolean | undefined;
}

export interface MediaPlaylistOptions extends PlaylistState {
  /** EXT-X-VERSION. @default 3 */
  readonly version?: number;
  /** The file that a player reads before any segment. */
  readonly initUri?: string | undefined;
}

export function mediaPlaylist(
  segments: readonly Pick<Segment, "uri" | "seconds">[],
  options: MediaPlaylistOptions = {},
): string {
  return playlistOf(segments, options, { version: options.version ?? 3 });
}

export function iFramePlaylist(
  iFrames: readonly IFrameSegment[],
  options: MediaPlaylistOptions = {},
): string {
  return playlistOf(iFrames, options, { version: Math.max(4, options.version ?? 0), isIFrame: true });
}

function playlistOf(
  segments: readonly (Pick<Segment, "uri" | "seconds"> & Partial<IFrameSegment>)[],
  { initUri, remark, isRunning = false }: MediaPlaylistOptions,
  header: { readonly version: number; readonly isIFrame?: boolean },
): string {
  const playlist = new types.MediaPlaylist({
    ...header,
    ...(isRunning ? {} : { playlistType: "VOD" }),
    mediaSequenceBase: 1,
    endlist: !isRunning,
    targetDuration: targetDuration(segments),
    segments: segments.map(
      ({ uri, seconds, offset, bytes }, index) =>
        new types.Segment({
          uri: relativeUri(uri),
          duration: Number(seconds.toFixed(6)),
          ...(header.isIFrame && offset !== undefined && bytes && { byterange: { offset, length: bytes } }),
          ...(initUri && { map: new types.MediaInitializationSection({ uri: relativeUri(initUri) }) }),
          mediaSequenceNumber: index + 1,
        }),
    ),
  });
  const [head, ...rest] = stringify(playlist).trimEnd().split("\n");
  return `${[head, ...(remark ? [`# ${remark}`] : []), ...rest].join("\n")}\n`;
}

/** SPEC_COMPLIANT: the longest segment's seconds, rounded. */
function targetDuration(segments: readonly Pick<Segment, "seconds">[]): number {
  return Math.max(1, Math.round(Math.max(...segments.map(({ seconds }) => seconds))));
}

/**
 * Bits per second of the most expensive run of segments that together last 0.5 to 1.5 target durations
 * (RFC 8216 §4.1): a last segment of a few frames, nearly all key frame, doesn't count on its own.
 */
export function peakBitrate(segments: readonly Pick<Segment, "seconds" | "bytes">[]): number {
  const target = targetDuration(segments);
  let peak = 0;
  for (const first of segments.keys()) {
    let seconds = 0;
    let bytes = 0;
    for (const segment of segments.slice(first)) {
      seconds += segment.seconds;
      bytes += segment.bytes;
      if (seconds > 1.5 * target) break;
      if (seconds >= 0.5 * target) peak = Math.max(peak, (bytes * 8) / seconds);
    }
  }
  return Math.ceil(peak) || averageBitrate(segments);
}

/** Bits per second, containers and all. */
export function averageBitrate(segments: readonly Pick<Segment, "seconds" | "bytes">[]): number {
  const sum = (field: "seconds" | "bytes") => segments.reduce((total, segment) => total + segment[field], 0);
  return Math.ceil((sum("bytes") * 8) / sum("seconds"));
}
