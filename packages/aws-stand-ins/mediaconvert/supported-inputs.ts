import type { FfprobeReport, FfprobeStream } from "./ffprobe";

interface ContainerCodecs {
  readonly video: readonly string[];
  readonly audio: readonly string[];
}

const AC3 = ["ac3", "eac3"];
const MPEG_AUDIO = ["mp1", "mp2", "mp3"];
const XVID = ["mpeg4", "msmpeg4v3"];
const UNCOMPRESSED = ["rawvideo", "v210", "v308", "v408", "v410", "r210"];
const WMA = ["wmav1", "wmav2"];
/** ffprobe has a codec for each layout of samples: `pcm_s16le`. */
const PCM = "pcm_*";

const QUICKTIME: ContainerCodecs = {
  video: [
    ...[...UNCOMPRESSED, ...XVID, "prores", "dvvideo", "h261", "h263", "h264", "hevc", "jpeg2000", "mjpeg"],
    ...["mpeg2video", "qtrle"],
  ],
  audio: ["aac", "mp3", PCM],
};

/**
 * The codecs that the service reads, by ffprobe's names, for each container that ffprobe tells apart.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/reference-codecs-containers-input.html, in the edition of
 * https://github.com/awsdocs/aws-elemental-mediaconvert-user-guide at 39c9e88. WebM counts as Matroska.
 */
const CONTAINERS = {
  "3gp": { video: ["h264", "h263", "mpeg4"], audio: ["aac", "amr_nb", "amr_wb"] },
  asf: { video: ["vc1", "wmv3"], audio: [...WMA, "wmapro"] },
  avi: {
    video: [...UNCOMPRESSED, ...XVID, "hqx", "hq_hqa", "dvvideo", "mjpeg"],
    audio: [...AC3, ...MPEG_AUDIO, PCM],
  },
  flv: { video: ["h264", "h263", "flv1"], audio: ["aac"] },
  matroska: {
    video: ["h264", "mpeg2video", "mpeg4", "vc1", "vp8", "vp9"],
    audio: ["aac", ...AC3, "opus", "vorbis", "flac", ...WMA, PCM],
  },
  mov: QUICKTIME,
  mp4: {
    video: [...[...UNCOMPRESSED, ...XVID, "h261", "h263", "h264", "hevc", "jpeg2000", "mpeg2video", "vc1"]],
    audio: ["aac", ...AC3, PCM, ...WMA],
  },
  mpeg: { video: ["mpeg1video", "mpeg2video"], audio: ["aac", ...AC3, ...MPEG_AUDIO, PCM] },
  mpegts: {
    video: ["h264", "hevc", "mpeg2video", "vc1"],
    audio: ["aac", ...AC3, ...MPEG_AUDIO, PCM, ...WMA],
  },
  mxf: {
    video: [...UNCOMPRESSED, "prores", "dnxhd", "dvvideo", "h264", "jpeg2000", "mpeg2video"],
    audio: ["aac", ...MPEG_AUDIO, PCM],
  },
} as const satisfies Readonly<Record<string, ContainerCodecs>>;

export type Container = keyof typeof CONTAINERS;

/** undefined for a file that only holds audio, such as WAV. */
export function containerOf({ format }: FfprobeReport): Container | undefined {
  const names = format.format_name?.split(",") ?? [];
  if (names.includes("mov")) return brandOf(format.tags?.major_brand ?? "qt");
  return (Object.keys(CONTAINERS) as Container[]).find((container) => names.includes(container));
}

/** QuickTime, MPEG-4 and 3GP are one format to ffprobe. A file without a brand is an old QuickTime file. */
function brandOf(majorBrand: string): Container {
  if (majorBrand.startsWith("qt")) return "mov";
  return /^3g[2gp]/.test(majorBrand) ? "3gp" : "mp4";
}

/** Whether the service reads a video or audio stream of a container. */
export function isSupported(
  container: Container | undefined,
  { codec_type, codec_name = "" }: FfprobeStream,
) {
  if (container === undefined || (codec_type !== "video" && codec_type !== "audio")) return false;
  const name = codec_name.replace(/^pcm_.*/, PCM);
  const listed: readonly string[] = CONTAINERS[container][codec_type];
  return listed.includes(name);
}
