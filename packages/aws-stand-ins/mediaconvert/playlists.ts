import { stringify, types } from "hls-parser";
import type { Size } from "./frame-size";
import { relativeUri } from "./output-names";
import { quotient, type Rational } from "./source";

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

/** A rendition as the master playlist lists it. */
export interface Variant {
  readonly uri: string;
  readonly segments: readonly Segment[];
  /** RFC 6381, video first. */
  readonly codecs: readonly string[];
  readonly size: Size;
  readonly frameRate: Rational;
  readonly iFrames?: { readonly uri: string; readonly segments: readonly IFrameSegment[] };
}

/** @param remark a comment at the beginning */
export function mediaPlaylist(
  segments: readonly Pick<Segment, "uri" | "seconds">[],
  remark?: string,
): string {
  const playlist = new types.MediaPlaylist({
    version: 3,
    playlistType: "VOD",
    mediaSequenceBase: 1,
    endlist: true,
    targetDuration: targetDuration(segments),
    segments: segments.map(
      ({ uri, seconds }, index) =>
        new types.Segment({
          uri: relativeUri(uri),
          duration: Number(seconds.toFixed(6)),
          mediaSequenceNumber: index + 1,
        }),
    ),
  });
  return text(playlist, remark);
}

/** @param remark a comment at the beginning */
export function iFramePlaylist(iFrames: readonly IFrameSegment[], remark?: string): string {
  const playlist = new types.MediaPlaylist({
    version: 4,
    isIFrame: true,
    playlistType: "VOD",
    mediaSequenceBase: 1,
    endlist: true,
    targetDuration: targetDuration(iFrames),
    segments: iFrames.map(
      ({ uri, seconds, offset, bytes }, index) =>
        new types.Segment({
          uri: relativeUri(uri),
          duration: Number(seconds.toFixed(6)),
          byterange: { offset, length: bytes },
          mediaSequenceNumber: index + 1,
        }),
    ),
  });
  return text(playlist, remark);
}

export interface MasterPlaylistOptions {
  /** Whether it says that the variants have no captions. @default false: it says nothing about captions */
  readonly deniesCaptions?: boolean;
  /** A comment at the beginning. */
  readonly remark?: string;
}

/** Variants stay in the order of the job's outputs: players start with the first. */
export function masterPlaylist(
  variants: readonly Variant[],
  { deniesCaptions, remark }: MasterPlaylistOptions = {},
): string {
  const playlist = new types.MasterPlaylist({
    version: variants.some(({ iFrames }) => iFrames) ? 4 : 3,
    independentSegments: true,
    variants: variants.flatMap((variant) => [variantOf(variant), ...iFrameVariantsOf(variant)]),
  });
  // hls-parser has one setting for it in the whole process, and would write it for I-frames too.
  const captions = deniesCaptions ? "$&,CLOSED-CAPTIONS=NONE" : "$&";
  return text(playlist, remark).replace(/^#EXT-X-STREAM-INF:.*$/gm, captions);
}

function variantOf({ uri, segments, codecs, size, frameRate }: Variant): types.Variant {
  return new types.Variant({
    uri: relativeUri(uri),
    bandwidth: peakBitrate(segments),
    averageBandwidth: averageBitrate(segments),
    codecs: codecs.join(","),
    resolution: { ...size },
    frameRate: quotient(frameRate),
  });
}

function iFrameVariantsOf({ codecs: [videoCodec], size, iFrames }: Variant): types.Variant[] {
  if (!iFrames) return [];
  return [
    new types.Variant({
      isIFrameOnly: true,
      uri: relativeUri(iFrames.uri),
      bandwidth: Math.ceil(Math.max(...iFrames.segments.map(({ bytes, seconds }) => (8 * bytes) / seconds))),
      averageBandwidth: averageBitrate(iFrames.segments),
      codecs: videoCodec,
      resolution: { ...size },
    }),
  ];
}

function text(playlist: types.MediaPlaylist | types.MasterPlaylist, remark?: string): string {
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

/**
 * "avc1.64001F" as the stream itself says it: the three bytes after the header of its first sequence parameter
 * set (RFC 6381 §3.3).
 * @param transportStream the beginning of the first segment
 */
export function avcCodec(transportStream: Buffer): string | undefined {
  const sequenceParameters = Buffer.from([0, 0, 1, 0x67]);
  const at = transportStream.indexOf(sequenceParameters);
  if (at < 0) return undefined;
  const start = at + sequenceParameters.length;
  return `avc1.${transportStream.toString("hex", start, start + 3).toUpperCase()}`;
}
