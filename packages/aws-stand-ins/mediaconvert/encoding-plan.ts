import { type ColorConversion, conversionTo709, type SourceColor } from "./color";
import { type TileSettings, tileSettingsOf } from "./create-job/image-trick-play";
import { type CaptureOutput, type HlsGroup, type HlsOutput, isHls } from "./create-job/output-groups";
import type { JobSettings } from "./create-job/request";
import { outputSize, type Size } from "./frame-size";
import {
  type BlackFrames,
  clipSecondsOf,
  type Input,
  padding,
  pictureOf,
  rotates,
  selectedAudio,
} from "./input-settings";
import { outputName, playlistUri } from "./output-names";
import { type SheetGrid, sheetGrid } from "./sheet-grid";
import { quotient, type Rational, type Source, type SourceAudio, type SourceVideo } from "./source";

interface OutputPlan {
  /** Begins the names of the output's files in the work directory: a key may hold what ffmpeg reads as a pattern. */
  readonly workName: string;
  /** Begins the s3:// locations of the output's files. */
  readonly name: string;
  readonly size: Size;
  /** Whether a frame that isn't tagged as progressive becomes one frame, or one for each of its fields. */
  readonly deinterlace?: "frames" | "fields" | undefined;
  /** How the picture becomes BT.709; undefined: it keeps the colors that it has. */
  readonly conversion?: ColorConversion;
  readonly sourceColor: SourceColor;
  readonly sourceLines: number;
  readonly blackFrames: BlackFrames;
  /** Of a rendition; for captures, of the frames from which they are taken. */
  readonly frameRate: Rational;
}

export interface RenditionPlan extends OutputPlan {
  readonly kind: "rendition";
  readonly profile: "high" | "main";
  readonly gopFrames: number;
  /** Whether a change of scene starts a GOP, which shortens or lengthens the others. */
  readonly sceneCuts: boolean;
  readonly segmentSeconds: number;
  /** 1 to 10 */
  readonly qualityLevel: number;
  /** Bits per second. */
  readonly maxBitrate: number;
  readonly audio?: AudioPlan;
  readonly iFramePlaylist: boolean;
}

export interface AudioPlan {
  /** Stream index in the input; undefined: silence, as the service writes for a source without audio. */
  readonly streamIndex?: number;
  /** Whether gaps in the track's time stamps become silence. Otherwise the rest of the track moves up. */
  readonly correctsTiming: boolean;
  readonly language?: string;
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

/** The thumbnails of an adaptive group, which have the time line and the colors of its renditions. */
export interface SheetPlan extends OutputPlan, SheetGrid {
  readonly kind: "sheets";
}

export type GroupPlan =
  | {
      readonly type: "HLS_GROUP";
      readonly manifest: string;
      readonly deniesCaptions: boolean;
      readonly outputs: readonly RenditionPlan[];
      readonly sheets?: SheetPlan | undefined;
    }
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

/** Everything that is drawn from the source's pictures. */
export const outputsOf = ({ groups }: EncodingPlan): (RenditionPlan | CapturePlan | SheetPlan)[] =>
  groups.flatMap((group) => [
    ...group.outputs,
    ...(group.type === "HLS_GROUP" && group.sheets ? [group.sheets] : []),
  ]);

/** @throws JobError 1020 (no video), 1030 (a codec that the service doesn't read), 1040 (settings that don't fit) */
export function planEncoding({ inputs: [input], outputGroups }: JobSettings, source: Source): EncodingPlan {
  const video = pictureOf(source);
  const autorotate = rotates(input, video);
  const audio = selectedAudio(input, source);
  const clipSeconds = clipSecondsOf(input, video);
  const blackFrames = padding(input, video, audio, clipSeconds);
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
        size: outputSize(video, autorotate ? video.rotation : 0, videoDescription),
        blackFrames,
        frameRate: video.frameRate,
        ...processing(videoDescription.videoPreprocessors, video),
      });
      if (!isHls(group))
        return {
          type: "FILE_GROUP",
          outputs: group.outputs.map((output, o) => ({ ...shared(output, o), ...captures(output) })),
        };
      const settings = group.outputGroupSettings.hlsGroupSettings;
      const outputs: RenditionPlan[] = group.outputs.map((output, o) => ({
        ...shared(output, o),
        ...rendition(output, group, video),
        audio: audioOf(output, audio, input, source),
      }));
      const [first] = outputs;
      const tiles = tileSettingsOf(settings);
      return {
        type: "HLS_GROUP",
        manifest: playlistUri(nameOf("")),
        deniesCaptions: settings.captionLanguageSetting === "NONE",
        outputs,
        sheets: tiles && first && sheetsOf(first, tiles, g, nameOf("")),
      };
    }),
  };
}

function audioOf(
  { audioDescriptions: [description] = [] }: HlsOutput,
  track: SourceAudio | undefined,
  input: Input | undefined,
  { container }: Source,
): AudioPlan | undefined {
  if (!description) return undefined;
  const [selector] = Object.values(input?.audioSelectors ?? {});
  const { bitrate, sampleRate } = description.codecSettings.aacSettings;
  return {
    streamIndex: track?.streamIndex,
    // Only for AAC in MP4 and QuickTime, as the setting's documentation says.
    correctsTiming:
      selector?.audioDurationCorrection === "AUTO" &&
      (container === "mp4" || container === "mov") &&
      track?.codec === "aac",
    language: description.languageCodeControl === "FOLLOW_INPUT" ? track?.language : undefined,
    bitrate,
    sampleRate,
  };
}

type Preprocessors = HlsOutput["videoDescription"]["videoPreprocessors"];

const DEINTERLACED_TO = { INTERPOLATE: "frames", LINEAR_INTERPOLATION: "fields" } as const;

function processing({ deinterlacer, colorCorrector }: NonNullable<Preprocessors> = {}, video: SourceVideo) {
  return {
    deinterlace: deinterlacer && DEINTERLACED_TO[deinterlacer.algorithm],
    conversion: colorCorrector && conversionTo709(video.color, colorCorrector.hdrToSdrToneMapper),
    sourceColor: video.color,
    sourceLines: Math.min(video.width, video.height),
  };
}

function rendition(output: HlsOutput, group: HlsGroup, video: SourceVideo) {
  const { h264Settings } = output.videoDescription.codecSettings;
  const { framerateControl, framerateNumerator, framerateDenominator, gopSize } = h264Settings;
  const { segmentLength } = group.outputGroupSettings.hlsGroupSettings;
  const frameRate =
    framerateControl === "SPECIFIED" && framerateNumerator && framerateDenominator
      ? { numerator: framerateNumerator, denominator: framerateDenominator }
      : video.frameRate;
  const gopFrames = Math.max(1, Math.round(gopSize * quotient(frameRate)));
  const gopSeconds = gopFrames / quotient(frameRate);
  return {
    kind: "rendition" as const,
    profile: h264Settings.codecProfile === "HIGH" ? ("high" as const) : ("main" as const),
    frameRate,
    gopFrames,
    // Scenes are detected by default; 0 keeps every IDR frame on the cadence of the GOPs.
    sceneCuts: h264Settings.minIInterval !== 0,
    // Whole GOPs. The tolerance keeps 6 s / (50 frames at 25 fps) at 3, not 4.
    segmentSeconds: Math.ceil(segmentLength / gopSeconds - 1e-6) * gopSeconds,
    qualityLevel: h264Settings.qvbrSettings.qvbrQualityLevel,
    maxBitrate: h264Settings.maxBitrate,
    iFramePlaylist: output.outputSettings?.hlsSettings.iFrameOnlyManifest === "INCLUDE",
  };
}

function sheetsOf(first: RenditionPlan, tiles: TileSettings, g: number, name: string): SheetPlan {
  return {
    ...first,
    ...sheetGrid(tiles, first),
    kind: "sheets",
    workName: `group${g}-sheets`,
    name: `${name}_Thumbnail`,
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
