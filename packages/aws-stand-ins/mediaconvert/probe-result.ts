import type {
  Codec,
  ColorPrimaries,
  Format,
  MatrixCoefficients,
  ProbeResult,
  Track,
  TransferCharacteristics,
} from "@aws-sdk/client-mediaconvert";
import type { FfprobeReport, FfprobeStream } from "./ffprobe";
import { durationOf, frameRateOf, isInterlaced, rationalOf, rotationOf } from "./source";
import type { Wire } from "./wire";

/** What ffprobe can't tell about the file. */
export interface FileFacts {
  readonly fileSize: number;
  readonly eTag: string;
  /** Epoch seconds. */
  readonly lastModified: number;
  /** "webm" or "matroska": the same demuxer reads both. */
  readonly docType?: string;
}

/** Probe's answer for one file, in the wire's names; a field that the file doesn't tell is left out. */
export function probeResult(report: FfprobeReport, file: FileFacts): Wire<ProbeResult> {
  const format = formatOf(report, file.docType);
  const tracks = report.streams.map(trackOf);
  const indexes = (type: string) =>
    tracks.flatMap(({ trackType, index }) => (trackType === type && index !== undefined ? [index] : []));
  return {
    container: {
      format,
      duration: durationOf(report),
      bitRate: numberOf(report.format.bit_rate),
      startTimecode: report.streams.find(({ tags }) => tags?.timecode)?.tags?.timecode,
      tracks,
    },
    metadata: {
      fileSize: file.fileSize,
      eTag: file.eTag,
      lastModified: file.lastModified,
      mimeType: format && MIME_TYPES[format],
    },
    trackMappings: [
      {
        videoTrackIndexes: indexes("video"),
        audioTrackIndexes: indexes("audio"),
        dataTrackIndexes: indexes("data"),
      },
    ],
  };
}

function trackOf(stream: FfprobeStream): Wire<Track> {
  const track = { index: stream.index + 1, codec: codecOf(stream), duration: numberOf(stream.duration) };
  if (stream.codec_type === "video")
    return { ...track, trackType: "video", videoProperties: videoOf(stream) };
  if (stream.codec_type === "audio")
    return { ...track, trackType: "audio", audioProperties: audioOf(stream) };
  return { ...track, trackType: "data", dataProperties: { languageCode: stream.tags?.language } };
}

function videoOf(stream: FfprobeStream): Wire<Track>["videoProperties"] {
  const shared = {
    bitDepth: bitDepthOf(stream),
    width: stream.width,
    height: stream.height,
    colorPrimaries: COLOR_PRIMARIES[stream.color_primaries ?? ""] ?? "UNSPECIFIED",
    transferCharacteristics: TRANSFERS[stream.color_transfer ?? ""] ?? "UNSPECIFIED",
    matrixCoefficients: MATRICES[stream.color_space ?? ""] ?? "UNSPECIFIED",
    sampleAspectRatio: rationalOf(stream.sample_aspect_ratio),
  } as const;
  const interlaced = isInterlaced(stream);
  const detailed = ["h264", "hevc", "mpeg2video"].includes(stream.codec_name ?? "");
  return {
    ...shared,
    bitRate: numberOf(stream.bit_rate),
    frameRate: frameRateOf(stream),
    rotation: rotationOf(stream) || undefined,
    codecMetadata: detailed
      ? {
          ...shared,
          codedFrameRate: frameRateOf(stream),
          profile: stream.profile,
          level: levelOf(stream),
          chromaSubsampling: chromaOf(stream.pix_fmt),
          scanType: interlaced ? "Interlaced" : "Progressive",
          fieldOrder: interlaced
            ? stream.field_order?.startsWith("t")
              ? "TopFieldFirst"
              : "BottomFieldFirst"
            : undefined,
        }
      : undefined,
  };
}

function audioOf(stream: FfprobeStream): Wire<Track>["audioProperties"] {
  return {
    channels: stream.channels,
    channelLayout: stream.channel_layout,
    sampleRate: numberOf(stream.sample_rate),
    bitRate: numberOf(stream.bit_rate),
    bitDepth: numberOf(stream.bits_per_raw_sample),
    languageCode: stream.tags?.language,
  };
}

function formatOf({ format }: FfprobeReport, docType?: string): Format | undefined {
  const brand = format.tags?.major_brand ?? "";
  if (format.format_name.startsWith("mov,")) {
    if (brand.startsWith("qt")) return "quicktime";
    if (brand.startsWith("3gp")) return "three_gp";
    return brand.startsWith("3g2") ? "three_g2" : "mp4";
  }
  if (format.format_name.startsWith("matroska")) return docType === "webm" ? "webm" : "matroska";
  const [name = ""] = format.format_name.split(",");
  return (
    ({ mpeg: "mpegps", wav: "wave" } as const)[name] ?? (name in MIME_TYPES ? (name as Format) : undefined)
  );
}

function codecOf({ codec_name = "", codec_tag_string = "" }: FfprobeStream): Codec {
  if (codec_name.startsWith("pcm_")) return "PCM";
  if (codec_name.startsWith("amr_")) return "AMR";
  if (codec_tag_string === "c608") return "C608";
  return CODECS[codec_name] ?? "UNKNOWN";
}

export function bitDepthOf({ bits_per_raw_sample, pix_fmt = "" }: FfprobeStream): number {
  return numberOf(bits_per_raw_sample) ?? numberOf(/p(9|1[0-6])(le|be)?$/.exec(pix_fmt)?.[1]) ?? 8;
}

/** ffprobe tells H.264's 4.1 as 41, and HEVC's as 123 (30 times). */
function levelOf({ codec_name, level }: FfprobeStream): string | undefined {
  if (level === undefined || level <= 0) return undefined;
  if (codec_name === "h264") return (level / 10).toFixed(1);
  return codec_name === "hevc" ? (level / 30).toFixed(1) : String(level);
}

function chromaOf(pixelFormat = ""): string | undefined {
  const digits = /yuvj?a?(4)([24])([024])p/.exec(pixelFormat);
  return digits ? digits.slice(1).join(":") : undefined;
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

const MIME_TYPES: Readonly<Record<Format, string>> = {
  aac: "audio/aac",
  ac3: "audio/ac3",
  asf: "video/x-ms-asf",
  avi: "video/x-msvideo",
  eac3: "audio/eac3",
  flac: "audio/flac",
  matroska: "video/x-matroska",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  mpegps: "video/mpeg",
  mpegts: "video/mp2t",
  mxf: "application/mxf",
  ogg: "application/ogg",
  quicktime: "video/quicktime",
  three_g2: "video/3gpp2",
  three_gp: "video/3gpp",
  wave: "audio/wav",
  webm: "video/webm",
};

type Names<T> = Readonly<Record<string, T>>;

const CODECS: Names<Codec> = {
  ...{
    aac: "AAC",
    ac3: "AC3",
    eac3: "EAC3",
    flac: "FLAC",
    mp2: "MP2",
    mp3: "MP3",
    opus: "OPUS",
    vorbis: "VORBIS",
  },
  ...{ wmav1: "WMA", wmav2: "WMA2", wmapro: "WMAPRO" },
  ...{
    h264: "AVC",
    hevc: "HEVC",
    av1: "AV1",
    vp8: "VP8",
    vp9: "VP9",
    mpeg1video: "MPEG1",
    mpeg2video: "MPEG2",
  },
  ...{
    mpeg4: "MP4V",
    h263: "H263",
    prores: "PRORES",
    mjpeg: "MJPEG",
    jpeg2000: "JPEG2000",
    theora: "THEORA",
  },
  ...{
    dvvideo: "DV",
    dnxhd: "VC3",
    vc1: "VC1",
    qtrle: "QTRLE",
    rawvideo: "UNCOMPRESSED",
    v210: "UNCOMPRESSED",
  },
  ...{ eia_608: "C608", webvtt: "WEBVTT" },
};

const COLOR_PRIMARIES: Names<ColorPrimaries> = {
  ...{
    bt709: "ITU_709",
    bt2020: "ITU_2020",
    bt470m: "ITU_470M",
    bt470bg: "ITU_470BG",
    smpte170m: "SMPTE_170M",
  },
  ...{ smpte240m: "SMPTE_240M", film: "GENERIC_FILM", smpte431: "SMPTE_431_2", smpte432: "SMPTE_EG_432_1" },
};

const TRANSFERS: Names<TransferCharacteristics> = {
  ...{ bt709: "ITU_709", smpte2084: "SMPTE_2084", "arib-std-b67": "ARIB_B67", smpte170m: "SMPTE_170M" },
  ...{ smpte240m: "SMPTE_240M", bt470m: "ITU_470M", bt470bg: "ITU_470BG", linear: "LINEAR" },
  ...{ "bt2020-10": "ITU_2020_10bit", "bt2020-12": "ITU_2020_12bit", "iec61966-2-1": "IEC_61966_2_1" },
};

const MATRICES: Names<MatrixCoefficients> = {
  ...{ bt709: "ITU_709", bt2020nc: "ITU_2020_NCL", bt2020c: "ITU_2020_CL", smpte170m: "SMPTE_170M" },
  ...{ smpte240m: "SMPTE_240M", bt470bg: "ITU_470BG", fcc: "FCC", gbr: "RGB", ycgco: "YCgCo" },
};
