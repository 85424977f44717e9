import type { OutputUris } from "./output-names";
import { relativeUri, segmentUri } from "./output-names";
import type { HlsGroupSettings } from "./settings";
import { quotient, type Rational } from "./source";

export interface Segment {
  readonly seconds: number;
  readonly bytes: number;
}

/** What a master playlist says about one of its variants. */
export interface Variant {
  readonly uri: string;
  readonly segments: readonly Segment[];
  readonly targetSeconds: number;
  /** RFC 6381, video first. */
  readonly codecs: readonly string[];
  readonly picture?: { readonly width: number; readonly height: number; readonly frameRate: Rational };
}

/** A segment that ffmpeg wrote, by its name in the work directory. */
export interface WrittenSegment {
  readonly seconds: number;
  readonly file: string;
}

/** The segments of a playlist that ffmpeg wrote. */
export function segmentsOf(playlist: string): WrittenSegment[] {
  return [...playlist.matchAll(/#EXTINF:([\d.]+),[^\n]*\n([^#\n]+)/g)].map(([, seconds, file = ""]) => ({
    seconds: Number(seconds),
    file: file.trim(),
  }));
}

/** LEGACY is one more than the longest segment's whole seconds (7 for exactly 6 s); SPEC_COMPLIANT rounds. */
export function targetDuration(
  segments: readonly Segment[],
  mode: HlsGroupSettings["targetDurationCompatibilityMode"],
) {
  const longest = Math.max(...segments.map(({ seconds }) => seconds));
  return mode === "SPEC_COMPLIANT" ? Math.max(1, Math.round(longest)) : Math.floor(longest) + 1;
}

/** @param remark a comment at the beginning */
export function mediaPlaylist(
  uris: OutputUris,
  segments: readonly Segment[],
  hls: HlsGroupSettings,
  remark?: string,
): string {
  const integer = hls.manifestDurationFormat === "INTEGER";
  return lines([
    ...head(remark),
    `#EXT-X-TARGETDURATION:${targetDuration(segments, hls.targetDurationCompatibilityMode)}`,
    "#EXT-X-MEDIA-SEQUENCE:1",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    ...segments.flatMap(({ seconds }, index) => [
      `#EXTINF:${integer ? Math.round(seconds) : Number(seconds.toFixed(6))},`,
      relativeUri(segmentUri(uris, index + 1)),
    ]),
    "#EXT-X-ENDLIST",
  ]);
}

/**
 * Variants stay in the order of the job's outputs: players start with the first.
 * @param remark a comment at the beginning
 */
export function masterPlaylist(variants: readonly Variant[], remark?: string): string {
  return lines([
    ...head(remark),
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...variants.flatMap((variant) => [`#EXT-X-STREAM-INF:${streamInfo(variant)}`, relativeUri(variant.uri)]),
  ]);
}

const head = (remark?: string) => ["#EXTM3U", ...(remark ? [`# ${remark}`] : []), "#EXT-X-VERSION:3"];

function streamInfo({ segments, targetSeconds, codecs, picture }: Variant): string {
  return [
    `BANDWIDTH=${peakBitrate(segments, targetSeconds)}`,
    `AVERAGE-BANDWIDTH=${averageBitrate(segments)}`,
    `CODECS="${codecs.join(",")}"`,
    ...(picture ? [`RESOLUTION=${picture.width}x${picture.height}`] : []),
    ...(picture ? [`FRAME-RATE=${quotient(picture.frameRate).toFixed(3)}`] : []),
  ].join(",");
}

/**
 * Bits per second of the most expensive run of segments that together last 0.5 to 1.5 target durations
 * (RFC 8216 §4.1): a last segment of a few frames, nearly all key frame, doesn't count on its own.
 */
export function peakBitrate(segments: readonly Segment[], targetSeconds: number): number {
  let peak = 0;
  for (const first of segments.keys()) {
    let seconds = 0;
    let bytes = 0;
    for (const segment of segments.slice(first)) {
      seconds += segment.seconds;
      bytes += segment.bytes;
      if (seconds > 1.5 * targetSeconds) break;
      if (seconds >= 0.5 * targetSeconds) peak = Math.max(peak, (bytes * 8) / seconds);
    }
  }
  return Math.ceil(peak) || averageBitrate(segments);
}

/** Bits per second, containers and all. */
export function averageBitrate(segments: readonly Segment[]): number {
  const sum = (field: keyof Segment) => segments.reduce((total, segment) => total + segment[field], 0);
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

const lines = (texts: readonly string[]) => `${texts.join("\n")}\n`;
