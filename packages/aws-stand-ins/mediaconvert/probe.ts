import {
  Codec,
  type ColorPrimaries,
  type Format,
  type ProbeResult,
  type Track,
  type TransferCharacteristics,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { hidesItsDuration } from "./declared-duration";
import { JobError, ServiceError } from "./errors";
import type { FfmpegTools } from "./ffmpeg-tools";
import { type FfprobeReport, type FfprobeStream, runFfprobe } from "./ffprobe";
import { INSTANT_SOURCE } from "./instant-outputs";
import type { MediaStore } from "./media-store";
import { parseRequest } from "./rest-api";
import { durationOf, frameRateOf, isInterlaced, rationalOf, rotationOf } from "./source";
import { type Container, containerOf } from "./supported-inputs";
import type { Wire } from "./wire";

/** Probe's request, as far as this stand-in answers it. */
export const probeRequest = z.strictObject({
  inputFiles: z
    .array(z.strictObject({ fileUrl: z.string().regex(/^s3:\/\//, "Should be the s3:// URL of an object") }))
    .length(1),
});

export interface ProbeOptions {
  readonly storage: MediaStore;
  readonly tools: FfmpegTools;
  /** Any object passes for the same short video. */
  readonly instant?: boolean;
}

/**
 * Answers Probe for one file.
 * @throws ServiceError NotFoundException (no such object), UnprocessableEntityException (no media file)
 */
export async function probe(body: unknown, { storage, tools, instant }: ProbeOptions) {
  const [{ fileUrl: uri } = { fileUrl: "" }] = parseRequest(probeRequest, body).inputFiles;
  const path = await storage.read(uri);
  if (path === undefined)
    throw new ServiceError("NotFoundException", `The input file [${uri}] does not exist.`);
  try {
    if (instant) return { probeResults: [probeResult(INSTANT_SOURCE)] };
    const report = await runFfprobe(tools.ffprobe, path, uri);
    return { probeResults: [probeResult((await hidesItsDuration(path)) ? withoutDuration(report) : report)] };
  } catch (error) {
    if (error instanceof JobError) throw new ServiceError("UnprocessableEntityException", error.message);
    throw error;
  }
}

function withoutDuration({ streams, format }: FfprobeReport): FfprobeReport {
  return {
    streams: streams.map((stream) => ({ ...stream, duration: undefined })),
    format: { ...format, duration: undefined },
  };
}

/** Leaves out what the file doesn't tell. */
function probeResult(report: FfprobeReport): Wire<ProbeResult> {
  const bitRate = Number(report.format.bit_rate) || undefined;
  const container = containerOf(report);
  // MP4 keeps cover art in its metadata, which ffprobe lists as a stream.
  const tracks = report.streams.filter(({ disposition }) => !disposition?.attached_pic).map(trackOf);
  return {
    container: { bitRate, duration: durationOf(report), format: container && FORMATS[container], tracks },
  };
}

function trackOf(stream: FfprobeStream): Wire<Track> {
  const track = {
    index: stream.index + 1,
    codec: codecOf(stream),
    duration: Number(stream.duration) || undefined,
  };
  if (stream.codec_type === "video")
    return { ...track, trackType: "video", videoProperties: videoOf(stream) };
  if (stream.codec_type === "audio")
    return { ...track, trackType: "audio", audioProperties: audioOf(stream) };
  return { ...track, trackType: "data", dataProperties: { languageCode: languageOf(stream) } };
}

function videoOf(stream: FfprobeStream): Wire<Track>["videoProperties"] {
  const shared = {
    width: stream.width,
    height: stream.height,
    colorPrimaries: PRIMARIES[stream.color_primaries ?? ""] ?? "UNSPECIFIED",
    transferCharacteristics: TRANSFERS[stream.color_transfer ?? ""] ?? "UNSPECIFIED",
    sampleAspectRatio: rationalOf(stream.sample_aspect_ratio),
  } as const;
  const isDetailed = ["h264", "hevc", "mpeg2video"].includes(stream.codec_name ?? "");
  return {
    ...shared,
    bitRate: Number(stream.bit_rate) || undefined,
    frameRate: frameRateOf(stream),
    rotation: rotationOf(stream) || undefined,
    codecMetadata: isDetailed
      ? { ...shared, codedFrameRate: frameRateOf(stream), ...scanOf(stream) }
      : undefined,
  };
}

/** A track's title, and whether it is the default, are nothing that Probe tells. */
function audioOf(stream: FfprobeStream): Wire<Track>["audioProperties"] {
  return {
    bitDepth: Number(stream.bits_per_raw_sample ?? stream.bits_per_sample) || undefined,
    bitRate: Number(stream.bit_rate) || undefined,
    channelLayout: LAYOUTS[stream.channels ?? 0],
    channels: stream.channels,
    languageCode: languageOf(stream),
    sampleRate: Number(stream.sample_rate) || undefined,
  };
}

/** The documentation of ChannelLayout: inferred from the number of channels. */
const LAYOUTS: Readonly<Record<number, string>> = { 1: "mono", 2: "stereo", 6: "5.1", 8: "7.1" };

const languageOf = ({ tags }: FfprobeStream) => (tags?.language === "und" ? undefined : tags?.language);

function scanOf(stream: FfprobeStream) {
  if (!isInterlaced(stream)) return { scanType: "Progressive" };
  const fieldOrder = stream.field_order?.startsWith("t") ? "TopFieldFirst" : "BottomFieldFirst";
  return { scanType: "Interlaced", fieldOrder };
}

/** The service spells most codecs as ffprobe does, in capitals. */
function codecOf({ codec_name = "", codec_tag_string }: FfprobeStream): Codec {
  if (codec_name.startsWith("pcm_")) return "PCM";
  if (codec_name.startsWith("amr_")) return "AMR";
  if (codec_tag_string === "c608") return "C608";
  const capitals = codec_name.toUpperCase();
  return CODECS[codec_name] ?? Object.values(Codec).find((codec) => codec === capitals) ?? "UNKNOWN";
}

/** The service's names; it names none for Flash. */
const FORMATS: Readonly<Partial<Record<Container, Format>>> = {
  "3gp": "three_gp",
  asf: "asf",
  avi: "avi",
  matroska: "matroska",
  mov: "quicktime",
  mp4: "mp4",
  mpeg: "mpegps",
  mpegts: "mpegts",
  mxf: "mxf",
};

const CODECS: Readonly<Record<string, Codec>> = {
  dnxhd: "VC3",
  dvvideo: "DV",
  eia_608: "C608",
  h264: "AVC",
  mpeg1video: "MPEG1",
  mpeg2video: "MPEG2",
  mpeg4: "MP4V",
  rawvideo: "UNCOMPRESSED",
  v210: "UNCOMPRESSED",
  wmav1: "WMA",
  wmav2: "WMA2",
};

const PRIMARIES: Readonly<Record<string, ColorPrimaries>> = {
  bt2020: "ITU_2020",
  bt470bg: "ITU_470BG",
  bt709: "ITU_709",
  smpte170m: "SMPTE_170M",
  smpte431: "SMPTE_431_2",
  smpte432: "SMPTE_EG_432_1",
};

const TRANSFERS: Readonly<Record<string, TransferCharacteristics>> = {
  "arib-std-b67": "ARIB_B67",
  bt709: "ITU_709",
  smpte2084: "SMPTE_2084",
};
