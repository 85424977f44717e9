import type { FfprobeReport, FfprobeStream } from "./ffprobe";

export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
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
  readonly hdr: boolean;
}

/** What a job needs to know of its input. */
export interface Source {
  readonly durationSeconds: number;
  readonly video?: SourceVideo;
  /** Stream indexes of the audio tracks, in the file's order. */
  readonly audio: readonly number[];
}

export function describeSource(report: FfprobeReport): Source {
  const stream = videoStream(report);
  return {
    durationSeconds: durationOf(report) ?? 0,
    video: stream && {
      streamIndex: stream.index,
      width: stream.width ?? 0,
      height: stream.height ?? 0,
      sampleAspectRatio: rationalOf(stream.sample_aspect_ratio) ?? { numerator: 1, denominator: 1 },
      rotation: rotationOf(stream),
      frameRate: initialFrameRateOf(stream) ?? { numerator: 30, denominator: 1 },
      interlaced: isInterlaced(stream),
      hdr: ["smpte2084", "arib-std-b67"].includes(stream.color_transfer ?? ""),
    },
    audio: report.streams.filter((s) => s.codec_type === "audio").map((s) => s.index),
  };
}

/** The first video stream that isn't cover art. */
function videoStream(report: FfprobeReport): FfprobeStream | undefined {
  return report.streams.find((stream) => stream.codec_type === "video" && !stream.disposition?.attached_pic);
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

/** "30000/1001" and "64:45" alike; undefined for "0/0" and "0:1", ffprobe's "unknown". */
export function rationalOf(text: string | undefined): Rational | undefined {
  const [numerator = 0, denominator = 0] = (text ?? "").split(/[/:]/).map(Number);
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : undefined;
}

export const quotient = ({ numerator, denominator }: Rational): number => numerator / denominator;
