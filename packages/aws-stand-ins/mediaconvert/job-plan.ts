import { JobError, JobErrorCode } from "./errors";
import { displaySize, type Framing, frameFor } from "./frame-size";
import { type OutputUris, outputUris } from "./output-names";
import type { H264Settings, HlsGroupSettings, JobSettings, Output, OutputGroup } from "./settings";
import { quotient, type Rational, type Source, type SourceVideo } from "./source";

export interface PicturePlan {
  readonly framing: Framing;
  readonly deinterlace: boolean;
  readonly toneMap: boolean;
}

export interface VideoPlan extends PicturePlan {
  readonly h264: H264Settings;
  readonly frameRate: Rational;
  readonly gopFrames: number;
}

export interface AudioPlan {
  /** Stream index in the input; undefined: silence, as the service writes for a source without audio. */
  readonly streamIndex?: number;
  readonly bitrate: number;
  readonly sampleRate: number;
  readonly channels: number;
}

/** One output, with plain names in the work directory: a key may hold what ffmpeg reads as a pattern. */
interface OutputPlan {
  readonly workName: string;
  readonly uris: OutputUris;
}

export interface RenditionPlan extends OutputPlan {
  readonly kind: "rendition";
  readonly video?: VideoPlan;
  readonly audio?: AudioPlan;
  readonly segmentSeconds: number;
  /** Segments start exactly every `segmentSeconds`, if need be by an extra key frame. */
  readonly exactSegments: boolean;
}

export interface CapturePlan extends OutputPlan {
  readonly kind: "captures";
  readonly video: PicturePlan;
  readonly intervalSeconds: number;
  readonly maxCaptures: number;
  /** 1 to 100 */
  readonly quality: number;
}

export interface GroupPlan {
  readonly type: "HLS_GROUP" | "FILE_GROUP";
  readonly hls?: HlsGroupSettings;
  readonly outputs: readonly (RenditionPlan | CapturePlan)[];
}

export interface JobPlan {
  readonly durationSeconds: number;
  readonly video?: { readonly streamIndex: number; readonly turn: number | "AUTO" };
  readonly groups: readonly GroupPlan[];
}

/**
 * What a job's settings mean for this source.
 * @throws JobError 1020 (no video), 1040 (a track that isn't there)
 */
export function planJob(settings: JobSettings, source: Source): JobPlan {
  const [input = {}] = settings.inputs;
  const turn = turnOf(input.videoSelector?.rotate);
  return {
    durationSeconds: source.durationSeconds,
    video: source.video && { streamIndex: source.video.streamIndex, turn },
    groups: settings.outputGroups.map((group, g) => ({
      type: group.outputGroupSettings.type === "HLS_GROUP_SETTINGS" ? "HLS_GROUP" : "FILE_GROUP",
      hls: group.outputGroupSettings.hlsGroupSettings,
      outputs: group.outputs.map((output, o) => {
        const base = {
          workName: `group${g}-output${o}`,
          uris: outputUris(group, output, input.fileInput ?? ""),
        };
        return output.videoDescription?.codecSettings?.codec === "FRAME_CAPTURE"
          ? { ...base, ...planCaptures(output, source, turn) }
          : { ...base, ...planRendition(settings, group, output, source, turn) };
      }),
    })),
  };
}

/** MediaConvert doesn't turn a picture unless it is told to. */
function turnOf(rotate = "DEGREE_0"): number | "AUTO" {
  return rotate === "AUTO" ? "AUTO" : Number(/\d+/.exec(rotate)?.[0] ?? 0);
}

function planRendition(
  settings: JobSettings,
  group: OutputGroup,
  output: Output,
  source: Source,
  turn: number | "AUTO",
) {
  const hls = group.outputGroupSettings.hlsGroupSettings;
  const video = output.videoDescription && planVideo(output, source, turn);
  const wanted = hls?.segmentLength ?? 10;
  const gopSeconds = video ? video.gopFrames / quotient(video.frameRate) : wanted;
  // The tolerance keeps 6 s / (50 frames at 25 fps) at 3 groups of pictures, not 4.
  const wholeGops = Math.ceil(wanted / gopSeconds - 1e-6) * gopSeconds;
  const exactSegments = hls?.segmentLengthControl !== "GOP_MULTIPLE";
  return {
    kind: "rendition" as const,
    video,
    audio: planAudio(settings, output, source),
    segmentSeconds: exactSegments ? wanted : wholeGops,
    exactSegments,
  };
}

function planVideo(output: Output, source: Source, turn: number | "AUTO"): VideoPlan {
  const video = needVideo(source);
  const h264 = output.videoDescription?.codecSettings?.h264Settings ?? {};
  const { framerateNumerator: numerator, framerateDenominator: denominator } = h264;
  const specified = h264.framerateControl === "SPECIFIED" && numerator && denominator;
  const frameRate = specified ? { numerator, denominator } : video.frameRate;
  return {
    ...planPicture(output, video, turn),
    h264,
    frameRate,
    gopFrames: gopFramesOf(h264, quotient(frameRate)),
  };
}

/** AUTO and "not said" are the service's choice: 2 s here, as Apple's authoring specification asks for. */
function gopFramesOf({ gopSizeUnits, gopSize }: H264Settings, framesPerSecond: number): number {
  if (gopSizeUnits === "FRAMES" && gopSize) return Math.max(1, Math.round(gopSize));
  const seconds = gopSizeUnits === "SECONDS" && gopSize ? gopSize : 2;
  return Math.max(1, Math.round(seconds * framesPerSecond));
}

function planCaptures(output: Output, source: Source, turn: number | "AUTO") {
  const capture = output.videoDescription?.codecSettings?.frameCaptureSettings;
  return {
    kind: "captures" as const,
    video: planPicture(output, needVideo(source), turn),
    intervalSeconds: (capture?.framerateDenominator ?? 1) / (capture?.framerateNumerator ?? 1),
    maxCaptures: capture?.maxCaptures ?? 10_000_000,
    quality: capture?.quality ?? 80,
  };
}

function planPicture(
  { videoDescription = {} }: Output,
  video: SourceVideo,
  turn: number | "AUTO",
): PicturePlan {
  const { deinterlacer, colorCorrector } = videoDescription.videoPreprocessors ?? {};
  return {
    framing: frameFor(displaySize(video, turn === "AUTO" ? video.rotation : turn), videoDescription),
    deinterlace:
      deinterlacer !== undefined && (video.interlaced || deinterlacer.control === "FORCE_ALL_FRAMES"),
    toneMap: video.hdr && colorCorrector?.colorSpaceConversion === "FORCE_709",
  };
}

function planAudio(settings: JobSettings, output: Output, source: Source): AudioPlan | undefined {
  const [audio] = output.audioDescriptions ?? [];
  if (!audio) return undefined;
  const [track = 1] = settings.inputs[0]?.audioSelectors?.[audio.audioSourceName ?? ""]?.tracks ?? [];
  const streamIndex = source.audio[track - 1];
  const asked = settings.inputs[0]?.audioSelectors?.[audio.audioSourceName ?? ""]?.tracks !== undefined;
  if (asked && streamIndex === undefined)
    throw new JobError(JobErrorCode.SETTINGS_DO_NOT_FIT_INPUT, `Audio track [${track}] not found in input.`);
  const { bitrate = 128_000, sampleRate = 48_000, codingMode = "" } = audio.codecSettings?.aacSettings ?? {};
  return { streamIndex, bitrate, sampleRate, channels: CHANNELS[codingMode] ?? 2 };
}

const CHANNELS: Readonly<Record<string, number>> = {
  CODING_MODE_1_0: 1,
  CODING_MODE_2_0: 2,
  CODING_MODE_5_1: 6,
};

function needVideo(source: Source): SourceVideo {
  if (source.video) return source.video;
  throw new JobError(
    JobErrorCode.NO_VIDEO,
    "No video found in input: an output of this job needs a video track.",
  );
}
