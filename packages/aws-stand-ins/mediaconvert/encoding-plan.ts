import { type CaptureOutput, type HlsGroup, type HlsOutput, isHls } from "./create-job/output-groups";
import type { JobSettings } from "./create-job/request";
import { JobError, JobErrorCode } from "./errors";
import { displaySize, fitNoUpscale, type Size } from "./frame-size";
import { outputName, playlistUri } from "./output-names";
import { quotient, type Rational, type Source, type SourceVideo } from "./source";

interface OutputPlan {
  /** Begins the names of the output's files in the work directory: a key may hold what ffmpeg reads as a pattern. */
  readonly workName: string;
  /** Begins the s3:// locations of the output's files. */
  readonly name: string;
  readonly size: Size;
  readonly deinterlace: boolean;
  readonly toneMap: boolean;
}

export interface RenditionPlan extends OutputPlan {
  readonly kind: "rendition";
  readonly frameRate: Rational;
  readonly gopFrames: number;
  readonly segmentSeconds: number;
  /** 1 to 10 */
  readonly qualityLevel: number;
  /** Bits per second. */
  readonly maxBitrate: number;
  readonly audio?: AudioPlan;
}

export interface AudioPlan {
  /** Stream index in the input; undefined: silence, as the service writes for a source without audio. */
  readonly streamIndex?: number;
  readonly bitrate: number;
  readonly sampleRate: number;
}

export interface CapturePlan extends OutputPlan {
  readonly kind: "captures";
  readonly intervalSeconds: number;
  readonly maxCaptures: number;
  /** 1 to 100 */
  readonly quality: number;
}

export type GroupPlan =
  | { readonly type: "HLS_GROUP"; readonly manifest: string; readonly outputs: readonly RenditionPlan[] }
  | { readonly type: "FILE_GROUP"; readonly outputs: readonly CapturePlan[] };

/** What a job's settings mean for its source. */
export interface EncodingPlan {
  /** Seconds of the source to read. Absent for all of it. */
  readonly clipSeconds?: number | undefined;
  readonly durationSeconds: number;
  /** Stream index in the input. */
  readonly videoStream: number;
  /** Whether the picture is turned as a player turns it; otherwise it stays as it is stored. */
  readonly autorotate: boolean;
  readonly groups: readonly GroupPlan[];
}

export const outputsOf = ({ groups }: EncodingPlan): (RenditionPlan | CapturePlan)[] =>
  groups.flatMap(({ outputs }) => [...outputs]);

/** @throws JobError 1020 (no video) */
export function planEncoding({ inputs: [input], outputGroups }: JobSettings, source: Source): EncodingPlan {
  const { video } = source;
  if (!video)
    throw new JobError(
      JobErrorCode.NO_VIDEO,
      "No video found in input: an output of this job needs a video track.",
    );
  const autorotate = input?.videoSelector?.rotate === "AUTO";
  const picture = displaySize(video, autorotate ? video.rotation : 0);
  const clipSeconds = clipSecondsOf(input, video);
  return {
    clipSeconds,
    durationSeconds: Math.min(source.durationSeconds, clipSeconds ?? Number.POSITIVE_INFINITY),
    videoStream: video.streamIndex,
    autorotate,
    groups: outputGroups.map((group, g) => {
      const nameOf = (modifier: string) => outputName(group, modifier, input?.fileInput ?? "");
      const shared = ({ nameModifier, videoDescription }: HlsOutput | CaptureOutput, o: number) => ({
        workName: `group${g}-output${o}`,
        name: nameOf(nameModifier),
        size: fitNoUpscale(picture, videoDescription),
        ...processing(videoDescription.videoPreprocessors, video),
      });
      if (!isHls(group))
        return {
          type: "FILE_GROUP",
          outputs: group.outputs.map((output, o) => ({ ...shared(output, o), ...captures(output) })),
        };
      return {
        type: "HLS_GROUP",
        manifest: playlistUri(nameOf("")),
        outputs: group.outputs.map((output, o) => ({
          ...shared(output, o),
          ...rendition(output, group, source, video),
        })),
      };
    }),
  };
}

/** Up to the end's frame, which belongs to the clip. A clip that ends after its source ends with it. */
function clipSecondsOf(input: JobSettings["inputs"][number] | undefined, { frameRate }: SourceVideo) {
  const end = input?.inputClippings?.[0]?.endTimecode;
  if (end === undefined) return undefined;
  const [hours = 0, minutes = 0, seconds = 0, frames = 0] = end.split(":").map(Number);
  const framesInSecond = Math.ceil(quotient(frameRate) - 1e-6);
  const lastFrame = ((hours * 60 + minutes) * 60 + seconds) * framesInSecond + frames;
  return (lastFrame + 1) / quotient(frameRate);
}

type Preprocessors = HlsOutput["videoDescription"]["videoPreprocessors"];

function processing({ deinterlacer, colorCorrector }: NonNullable<Preprocessors> = {}, video: SourceVideo) {
  return {
    deinterlace: deinterlacer !== undefined && video.interlaced,
    toneMap: colorCorrector !== undefined && video.hdr,
  };
}

function rendition(output: HlsOutput, group: HlsGroup, source: Source, video: SourceVideo) {
  const { h264Settings } = output.videoDescription.codecSettings;
  const { framerateControl, framerateNumerator, framerateDenominator, gopSize } = h264Settings;
  const { segmentLength } = group.outputGroupSettings.hlsGroupSettings;
  const frameRate =
    framerateControl === "SPECIFIED" && framerateNumerator && framerateDenominator
      ? { numerator: framerateNumerator, denominator: framerateDenominator }
      : video.frameRate;
  const gopFrames = Math.max(1, Math.round(gopSize * quotient(frameRate)));
  const gopSeconds = gopFrames / quotient(frameRate);
  const [audio] = output.audioDescriptions ?? [];
  return {
    kind: "rendition" as const,
    frameRate,
    gopFrames,
    // Whole GOPs. The tolerance keeps 6 s / (50 frames at 25 fps) at 3, not 4.
    segmentSeconds: Math.ceil(segmentLength / gopSeconds - 1e-6) * gopSeconds,
    qualityLevel: h264Settings.qvbrSettings.qvbrQualityLevel,
    maxBitrate: h264Settings.maxBitrate,
    audio: audio && { streamIndex: source.audio[0], ...audio.codecSettings.aacSettings },
  };
}

function captures({ videoDescription }: CaptureOutput) {
  const settings = videoDescription.codecSettings.frameCaptureSettings;
  return {
    kind: "captures" as const,
    intervalSeconds: settings.framerateDenominator / settings.framerateNumerator,
    maxCaptures: settings.maxCaptures,
    quality: settings.quality,
  };
}
