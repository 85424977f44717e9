import { audioArguments, joinedAudio, needsSilence } from "./audio-filters";
import { BLACK_DETECTION } from "./black-video";
import { BT709, colorTags, conversionFilters, jpegFilters } from "./color";
import { type CapturePlan, type EncodingPlan, picturesOf, soundsOf } from "./encoding-plan";
import { openFile } from "./ffprobe";
import type { PicturePlan } from "./picture-plan";
import type { SegmentFormat } from "./segment-format";
import { type AudioRenditionPlan, type RenditionPlan, type SheetPlan, segmentFormatOf } from "./stream-plan";
import { selectThumbnails, tileThumbnails } from "./thumbnail-sheets";

/** The names of an output's pictures inside the work directory. */
export const jpegPattern = ({ workName }: CapturePlan | SheetPlan) => `${workName}-%07d.jpg`;

/**
 * The arguments of the one ffmpeg that does a job: the input is decoded once, and scaled and encoded for each
 * output. Only options that ffmpeg of 2018 has too. To be run inside the work directory.
 * @param preset x264's, e.g. "ultrafast"
 */
export function ffmpegArguments(plan: EncodingPlan, inputPath: string, preset: string): string[] {
  const sounds = soundsOf(plan);
  return [
    ...["-nostdin", "-hide_banner", "-v", "error", "-y", "-progress", "pipe:1"],
    ...(plan.autorotate ? [] : ["-noautorotate"]),
    ...(plan.clipSeconds === undefined ? [] : ["-t", plan.clipSeconds.toFixed(6)]),
    ...openFile(inputPath),
    ...(sounds.some(needsSilence)
      ? ["-f", "lavfi", "-t", String(plan.durationSeconds), "-i", "anullsrc=r=48000:cl=stereo"]
      : []),
    ...["-filter_complex", [pictures(plan), ...joinedAudio(sounds)].join(";")],
    ...plan.groups.flatMap((group) =>
      group.type === "FILE_GROUP"
        ? group.outputs.flatMap(jpegs)
        : [
            ...group.outputs.flatMap((output) =>
              output.kind === "subtitles" ? [] : streamOutput(output, segmentFormatOf(group), preset),
            ),
            ...(group.sheets ? jpegs(group.sheets) : []),
          ],
    ),
  ];
}

/** One filter chain for each picture, which ends in a label of the output's name, and one that looks for black video. */
function pictures(plan: EncodingPlan): string {
  const outputs = picturesOf(plan);
  const splits = outputs.map(({ workName }) => `[${workName}-in]`).join("");
  const chains = outputs.map((output) => {
    return `[${output.workName}-in]${filtersOf(output).join(",")}[${output.workName}]`;
  });
  return [
    `[0:${plan.videoStream}]split=${outputs.length + 1}${splits}[black]`,
    ...chains,
    `[black]${BLACK_DETECTION.join(",")}`,
  ].join(";");
}

function filtersOf(output: RenditionPlan | CapturePlan | SheetPlan): string[] {
  switch (output.kind) {
    case "rendition":
      return [...deinterlace(output), ...atRate(output), ...frame(output), "format=yuv420p"];
    case "captures":
      return captureFilters(output);
    case "sheets":
      return [
        ...[...deinterlace(output), ...atRate(output), selectThumbnails(output), ...frame(output)],
        ...[tileThumbnails(output), ...jpegFilters(output)],
      ];
  }
}

/** A constant rate, at which black frames can be counted. */
function atRate({ frameRate: { numerator, denominator }, blackFrames }: PicturePlan) {
  const { beforeSeconds, afterSeconds } = blackFrames;
  return [
    `fps=${numerator}/${denominator}`,
    ...(beforeSeconds ? ["setpts=PTS-STARTPTS"] : []),
    ...(beforeSeconds || afterSeconds
      ? [`tpad=start_duration=${beforeSeconds}:stop_duration=${afterSeconds}`]
      : []),
  ];
}

/**
 * One frame at 0 s and then at each interval. They are numbered a second apart and written at 1 fps, so that
 * neither an old nor a new ffmpeg repeats or drops one to keep a rate.
 */
function captureFilters(output: CapturePlan): string[] {
  const due = `gte(t\\,selected_n*${output.intervalSeconds}-0.0001)`;
  const select = `select='lt(selected_n\\,${output.maxCaptures})*(not(selected_n)+${due})'`;
  const isPadded = output.blackFrames.beforeSeconds > 0 || output.blackFrames.afterSeconds > 0;
  const rate = isPadded ? atRate(output) : [];
  return [...deinterlace(output), ...rate, select, "setpts=N/TB", ...frame(output), ...jpegFilters(output)];
}

/** The last option leaves frames alone that are tagged as progressive. */
const deinterlace = (picture: PicturePlan) =>
  picture.deinterlace ? [`yadif=mode=${picture.deinterlace === "fields" ? 1 : 0}:deint=1`] : [];

const frame = ({ size, conversion, sourceColor }: PicturePlan) => [
  `scale=${size.width}:${size.height}`,
  ...(conversion ? conversionFilters(conversion, sourceColor) : []),
  "setsar=1",
];

function streamOutput(
  output: RenditionPlan | AudioRenditionPlan,
  format: SegmentFormat,
  preset: string,
): string[] {
  const { audio, workName } = output;
  return [
    ...(output.kind === "rendition" ? ["-map", `[${workName}]`, ...h264(output, preset)] : []),
    ...(audio ? audioArguments(workName, audio) : []),
    // ffmpeg would keep what the job doesn't ask for: the source's tags here, its embedded captions below.
    ...["-map_metadata", "-1", ...languageOf(audio?.language)],
    ...format.muxer(output),
  ];
}

/** A transport stream has room for three letters. */
const languageOf = (language = ""): string[] =>
  /^[a-z]{3}$/i.test(language) ? ["-metadata:s:a:0", `language=${language}`] : [];

function h264(output: RenditionPlan, preset: string): string[] {
  const { profile, qualityLevel, maxBitrate, conversion, sourceColor, gopFrames, sceneCuts } = output;
  return [
    ...["-c:v", "libx264", "-preset", preset, "-profile:v", profile, "-a53cc", "0"],
    // Fast presets turn this tool off, and x264 then writes Main or Baseline into the stream.
    ...(profile === "high" ? ["-x264-params", "8x8dct=1"] : []),
    // QVBR has no twin in x264: its quality level becomes a constant rate factor (9 → 20, 8 → 22, 7 → 24) with a cap.
    ...["-crf", String(38 - 2 * qualityLevel), "-maxrate", String(maxBitrate)],
    ...["-bufsize", String(2 * maxBitrate)],
    ...colorTags(conversion ? BT709 : sourceColor),
    ...["-g", String(gopFrames)],
    // x264's fast presets don't look for scenes.
    ...(sceneCuts ? ["-sc_threshold", "40"] : ["-keyint_min", String(gopFrames), "-sc_threshold", "0"]),
  ];
}

/** The quality of tiled thumbnails can't be set, and isn't documented. */
const SHEET_QUALITY = 80;

function jpegs(output: CapturePlan | SheetPlan): string[] {
  const quality = output.kind === "captures" ? output.quality : SHEET_QUALITY;
  const scale = Math.min(31, Math.max(1, Math.round((100 - quality) / 5)));
  return [
    ...["-map", `[${output.workName}]`, "-c:v", "mjpeg", "-q:v", String(scale), "-r", "1"],
    ...["-f", "image2", "-start_number", "0", jpegPattern(output)],
  ];
}
