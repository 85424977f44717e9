import { openFile } from "./ffprobe";
import type { AudioPlan, CapturePlan, JobPlan, PicturePlan, RenditionPlan, VideoPlan } from "./job-plan";

/** The file names inside the work directory that a job's ffmpeg writes. */
export const playlistFile = ({ workName }: RenditionPlan) => `${workName}.m3u8`;
export const capturePattern = ({ workName }: CapturePlan) => `${workName}-%07d.jpg`;

/**
 * The arguments of the one ffmpeg that does a job: the input is decoded once, and scaled and encoded for each
 * output. Only options that ffmpeg of 2018 knew too. To be run inside the work directory.
 * @param preset x264's, e.g. "ultrafast"
 */
export function ffmpegArguments(plan: JobPlan, inputPath: string, preset: string): string[] {
  const outputs = plan.groups.flatMap((group) => group.outputs);
  const needsSilence = outputs.some(
    (o) => o.kind === "rendition" && o.audio && o.audio.streamIndex === undefined,
  );
  return [
    ...["-nostdin", "-hide_banner", "-v", "error", "-y", "-progress", "pipe:1"],
    ...(plan.video?.turn === "AUTO" ? [] : ["-noautorotate"]),
    ...openFile(inputPath),
    ...(needsSilence
      ? ["-f", "lavfi", "-t", String(plan.durationSeconds), "-i", "anullsrc=r=48000:cl=stereo"]
      : []),
    ...pictures(plan),
    ...outputs.flatMap((output) =>
      output.kind === "rendition" ? rendition(output, preset) : captures(output),
    ),
  ];
}

/** One filter chain for each output with a picture; each ends in a label of the output's name. */
function pictures({ video, groups }: JobPlan): string[] {
  const withPicture = groups.flatMap((group) => group.outputs).filter((output) => output.video);
  if (!video || withPicture.length === 0) return [];
  const splits = withPicture.map((output) => `[${output.workName}-in]`).join("");
  const turn = video.turn === "AUTO" ? "" : (TURNS[video.turn] ?? "");
  const chains = withPicture.map((output) => {
    const filters = output.kind === "rendition" ? renditionFilters(output) : captureFilters(output);
    return `[${output.workName}-in]${filters.join(",")}[${output.workName}]`;
  });
  const graph = [`[0:${video.streamIndex}]${turn}split=${withPicture.length}${splits}`, ...chains].join(";");
  return ["-filter_complex", graph];
}

const TURNS: Readonly<Record<number, string>> = {
  90: "transpose=1,",
  180: "hflip,vflip,",
  270: "transpose=2,",
};

function renditionFilters({ video }: RenditionPlan): string[] {
  if (!video) return [];
  const { numerator, denominator } = video.frameRate;
  return [...deinterlace(video), `fps=${numerator}/${denominator}`, ...frame(video), "format=yuv420p"];
}

/**
 * One frame at 0 s and then at each interval. They are numbered a second apart and written at 1 fps, so that
 * neither an old nor a new ffmpeg repeats or drops one to keep a rate.
 */
function captureFilters({ video, intervalSeconds, maxCaptures }: CapturePlan): string[] {
  const due = `gte(t\\,selected_n*${intervalSeconds}-0.0001)`;
  const select = `select='lt(selected_n\\,${maxCaptures})*(not(selected_n)+${due})'`;
  return [...deinterlace(video), select, "setpts=N/TB", ...frame(video), "format=yuvj420p"];
}

const deinterlace = (picture: PicturePlan) => (picture.deinterlace ? ["yadif"] : []);

function frame({ framing: { scaled, frame }, toneMap }: PicturePlan): string[] {
  const crops = scaled.width > frame.width || scaled.height > frame.height;
  const pads = scaled.width < frame.width || scaled.height < frame.height;
  return [
    `scale=${scaled.width}:${scaled.height}`,
    ...(toneMap ? [TONE_MAP] : []),
    ...(crops ? [`crop=${frame.width}:${frame.height}`] : []),
    ...(pads ? [`pad=${frame.width}:${frame.height}:(ow-iw)/2:(oh-ih)/2`] : []),
    "setsar=1",
  ];
}

const TONE_MAP =
  "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv";

function rendition(output: RenditionPlan, preset: string): string[] {
  return [
    ...(output.video ? ["-map", `[${output.workName}]`, ...h264(output.video, preset)] : []),
    ...(output.video && output.exactSegments
      ? ["-force_key_frames", `expr:gte(t,n_forced*${output.segmentSeconds})`]
      : []),
    ...(output.audio ? aac(output.audio) : []),
    ...["-map_metadata", "-1", "-f", "hls", "-hls_time", hlsTime(output), "-hls_list_size", "0"],
    ...["-hls_playlist_type", "vod", "-start_number", "1"],
    ...["-hls_segment_filename", `${output.workName}-%05d.ts`, playlistFile(output)],
  ];
}

/**
 * ffmpeg cuts at the first key frame that is not before n × hls_time. A tenth of a millisecond less makes up
 * for rounding to the transport stream's clock, which would otherwise cost a whole group of pictures.
 */
const hlsTime = ({ segmentSeconds }: RenditionPlan) => (segmentSeconds - 0.0001).toFixed(6);

function h264({ h264, gopFrames, toneMap }: VideoPlan, preset: string): string[] {
  const profile = PROFILES[h264.codecProfile ?? "HIGH"] ?? "high";
  const level = /LEVEL_(\d)(?:_(\d))?/.exec(h264.codecLevel ?? "");
  return [
    ...["-c:v", "libx264", "-preset", preset, "-profile:v", profile],
    // Fast presets leave this tool out, and x264 then says Main or Baseline in the stream.
    ...(profile === "high" ? ["-x264-params", "8x8dct=1"] : []),
    ...(level ? ["-level:v", `${level[1]}.${level[2] ?? 0}`] : []),
    ...rateControl(h264),
    // Otherwise the stream would still claim the source's colours.
    ...(toneMap ? ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"] : []),
    ...["-g", String(gopFrames), "-keyint_min", String(gopFrames), "-sc_threshold", "0"],
  ];
}

/** 8-bit 4:2:0 is all that is written here: it is what HLS players play. */
const PROFILES: Readonly<Record<string, string>> = { BASELINE: "baseline", MAIN: "main", HIGH: "high" };

/** QVBR has no twin in x264: its quality level becomes a constant rate factor (9 → 20, 8 → 22, 7 → 24) with a cap. */
function rateControl({
  rateControlMode = "VBR",
  qvbrSettings,
  bitrate,
  maxBitrate,
  hrdBufferSize,
}: VideoPlan["h264"]) {
  const ceiling = maxBitrate ?? bitrate;
  const cap = ceiling ? ["-maxrate", String(ceiling), "-bufsize", String(hrdBufferSize || 2 * ceiling)] : [];
  if (rateControlMode !== "QVBR") return ["-b:v", String(bitrate), ...cap];
  const level = (qvbrSettings?.qvbrQualityLevel ?? 7) + (qvbrSettings?.qvbrQualityLevelFineTune ?? 0);
  return ["-crf", (38 - 2 * level).toFixed(2), ...cap];
}

function aac({ streamIndex, bitrate, sampleRate, channels }: AudioPlan): string[] {
  return [
    ...["-map", streamIndex === undefined ? "1:0" : `0:${streamIndex}`],
    ...["-c:a", "aac", "-profile:a", "aac_low", "-b:a", String(bitrate), "-ar", String(sampleRate)],
    ...["-ac", String(channels), "-af", "aresample=async=1:first_pts=0"],
  ];
}

function captures(output: CapturePlan): string[] {
  const scale = Math.min(31, Math.max(1, Math.round((100 - output.quality) / 5)));
  return [
    ...["-map", `[${output.workName}]`, "-c:v", "mjpeg", "-q:v", String(scale), "-r", "1"],
    ...["-f", "image2", "-start_number", "0", capturePattern(output)],
  ];
}
