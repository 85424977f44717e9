import { colorOf, type SourceColor } from "./color";
import type { FfprobeReport, FfprobeStream } from "./ffprobe";
import { type Container, containerOf, isSupported } from "./supported-inputs";

export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

/** A track's place on the file's time line, in seconds from the start of the file's first track. */
export interface Span {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** The picture as stored, before rotation. */
export interface SourceVideo {
  readonly streamIndex: number;
  readonly width: number;
  readonly height: number;
  readonly sampleAspectRatio: Rational;
  /** Clockwise degrees by which a player turns the picture: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** Of an output that doesn't specify its own. */
  readonly frameRate: Rational;
  readonly interlaced: boolean;
  /** "420", "422", "444"; undefined for RGB and the like. */
  readonly chroma?: string;
  readonly color: SourceColor;
  readonly span: Span;
}

export interface SourceAudio {
  readonly streamIndex: number;
  /** ffprobe's name. */
  readonly codec: string;
  /** Whether the service reads this codec in this container. */
  readonly supported: boolean;
  readonly channels: number;
  /** Three letters, ISO 639. */
  readonly language?: string;
  readonly span: Span;
}

/** What a job needs to know of its input. */
export interface Source {
  readonly durationSeconds: number;
  readonly container?: Container;
  readonly video?: SourceVideo;
  /** The name of a codec that kept a video track from being `video`. */
  readonly unsupportedVideo?: string;
  /** In the file's order. */
  readonly audio: readonly SourceAudio[];
}

export function describeSource(report: FfprobeReport): Source {
  const container = containerOf(report);
  const pictures = report.streams.filter(isPicture);
  const stream = pictures.find((picture) => isSupported(container, picture));
  const firstStart = Math.min(...report.streams.map((s) => Number(s.start_time)).filter(Number.isFinite));
  const spanOf = (s: FfprobeStream): Span => {
    const startSeconds = Math.max(0, Number(s.start_time) - firstStart) || 0;
    return { startSeconds, endSeconds: startSeconds + (streamSeconds(s) ?? durationOf(report) ?? 0) };
  };
  return {
    durationSeconds: durationOf(report) ?? 0,
    container,
    video: stream && {
      streamIndex: stream.index,
      width: stream.width ?? 0,
      height: stream.height ?? 0,
      sampleAspectRatio: rationalOf(stream.sample_aspect_ratio) ?? { numerator: 1, denominator: 1 },
      rotation: rotationOf(stream),
      frameRate: initialFrameRateOf(stream) ?? { numerator: 30, denominator: 1 },
      interlaced: isInterlaced(stream),
      chroma: chromaOf(stream),
      color: colorOf(stream),
      span: spanOf(stream),
    },
    unsupportedVideo: stream ? undefined : pictures[0]?.codec_name,
    audio: report.streams
      .filter((s) => s.codec_type === "audio")
      .map((s) => ({
        streamIndex: s.index,
        codec: s.codec_name ?? "unknown",
        supported: isSupported(container, s),
        channels: s.channels ?? 0,
        language: s.tags?.language,
        span: spanOf(s),
      })),
  };
}

/** A video stream that isn't cover art. */
function isPicture({ codec_type, disposition }: FfprobeStream): boolean {
  return codec_type === "video" && !disposition?.attached_pic;
}

/** Matroska tells a stream's duration in a tag: "00:00:08.040000000". */
function streamSeconds({ duration, tags }: FfprobeStream): number | undefined {
  const [seconds = 0, minutes = 0, hours = 0] = (duration ?? tags?.DURATION ?? "")
    .split(":")
    .map(Number)
    .reverse();
  return seconds + 60 * minutes + 3600 * hours || undefined;
}
/** Seconds; undefined if the file doesn't say. */
export function durationOf(report: FfprobeReport): number | undefined {
  const seconds = [report.format, ...report.streams].map(({ duration }) => Number(duration));
  return seconds.find((value) => Number.isFinite(value) && value > 0);
}

/** ffprobe counts rotation counter-clockwise in the display matrix, old files clockwise in a tag. */
export function rotationOf(stream: FfprobeStream): number {
  const matrix = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation;
  const clockwise = matrix === undefined ? Number(stream.tags?.rotate ?? 0) : -matrix;
  return (((Math.round(clockwise / 90) * 90) % 360) + 360) % 360;
}

/** The mean. ffprobe's nominal rate counts an interlaced stream's fields. */
export function frameRateOf(stream: FfprobeStream): Rational | undefined {
  return rationalOf(stream.avg_frame_rate) ?? rationalOf(stream.r_frame_rate);
}

/**
 * What INITIALIZE_FROM_SOURCE makes of a source: the mean of a variable rate, rounded up.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/using-variable-frame-rate-inputs.html
 */
function initialFrameRateOf(stream: FfprobeStream): Rational | undefined {
  const mean = frameRateOf(stream);
  const nominal = rationalOf(stream.r_frame_rate);
  if (!mean || !nominal || isInterlaced(stream)) return mean;
  const isVariable = Math.abs(quotient(nominal) / quotient(mean) - 1) > 0.002;
  const roundedUp = [1, 5, 10, 15, 24, 30, 50, 60].find((rate) => rate >= quotient(mean));
  return isVariable && roundedUp ? { numerator: roundedUp, denominator: 1 } : mean;
}

export function isInterlaced(stream: FfprobeStream): boolean {
  return ["tt", "bb", "tb", "bt"].includes(stream.field_order ?? "");
}

/** "420", "422" or "444"; undefined if the picture isn't stored as luma and chroma. */
export function chromaOf({ pix_fmt = "" }: FfprobeStream): string | undefined {
  if (pix_fmt === "nv12" || pix_fmt === "p010le") return "420";
  return /yuv[aj]?(4[24][024])p/.exec(pix_fmt)?.[1];
}

/** "30000/1001" and "64:45" alike; undefined for "0/0" and "0:1", ffprobe's "unknown". */
export function rationalOf(text: string | undefined): Rational | undefined {
  const [numerator = 0, denominator = 0] = (text ?? "").split(/[/:]/).map(Number);
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : undefined;
}

export const quotient = ({ numerator, denominator }: Rational): number => numerator / denominator;
