import { type ColorConversion, conversionTo709, type SourceColor } from "./color";
import type { CaptureOutput } from "./create-job/capture-group";
import type { OutputGroup } from "./create-job/output-groups";
import type { VideoDescription } from "./create-job/video";
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
import { outputName } from "./output-names";
import type { Rational, Source, SourceAudio, SourceVideo } from "./source";

/** The part of the source that the job's input settings select. */
export interface SelectedInput {
  readonly settings: Input | undefined;
  readonly source: Source;
  readonly video: SourceVideo;
  /** Whether the picture is turned as a player turns it; otherwise it stays as it is stored. */
  readonly autorotate: boolean;
  /** The tracks of each audio selector by its name. */
  readonly tracks: ReadonlyMap<string, readonly SourceAudio[]>;
  /** Seconds of the source to read. Absent for all of it. */
  readonly clipSeconds: number | undefined;
  readonly blackFrames: BlackFrames;
}

/** @throws JobError 1020 (no video), 1030 (a codec that the service doesn't read), 1040 (settings that don't fit) */
export function selectInput(settings: Input | undefined, source: Source): SelectedInput {
  const video = pictureOf(source);
  const autorotate = rotates(settings, video);
  const tracks = selectedAudio(settings, source);
  const [firstTrack] = [...tracks.values()].flat();
  const clipSeconds = clipSecondsOf(settings, video);
  const blackFrames = padding(settings, video, firstTrack, clipSeconds);
  return { settings, source, video, autorotate, tracks, clipSeconds, blackFrames };
}

export interface OutputPlan {
  /** Begins the names of the output's files in the work directory: a key may hold what ffmpeg reads as a pattern. */
  readonly workName: string;
  /** Begins the s3:// locations of the output's files. */
  readonly name: string;
}

/** @param groupNumber of the job, from 0 */
export function planFiles(
  group: OutputGroup,
  groupNumber: number,
  outputNumber: number,
  { settings }: SelectedInput,
): OutputPlan {
  return {
    workName: `group${groupNumber}-output${outputNumber}`,
    name: outputName(group, group.outputs[outputNumber]?.nameModifier ?? "", settings?.fileInput ?? ""),
  };
}

/** How the source's picture becomes that of an output. */
export interface PicturePlan {
  readonly size: Size;
  /** Whether a frame that isn't tagged as progressive becomes one frame, or one for each of its fields. */
  readonly deinterlace?: "frames" | "fields" | undefined;
  /** How the picture becomes BT.709; undefined: it keeps the colors that it has. */
  readonly conversion?: ColorConversion | undefined;
  readonly sourceColor: SourceColor;
  readonly sourceLines: number;
  readonly blackFrames: BlackFrames;
  /** Of a rendition; for captures, of the frames from which they are taken. */
  readonly frameRate: Rational;
}

const DEINTERLACED_TO = { INTERPOLATE: "frames", LINEAR_INTERPOLATION: "fields" } as const;

export function planPicture(
  description: VideoDescription | CaptureOutput["videoDescription"],
  { video, autorotate, blackFrames }: SelectedInput,
): PicturePlan {
  const { deinterlacer, colorCorrector } = description.videoPreprocessors ?? {};
  return {
    size: outputSize(video, autorotate ? video.rotation : 0, description),
    deinterlace: deinterlacer && DEINTERLACED_TO[deinterlacer.algorithm],
    conversion: colorCorrector && conversionTo709(video.color, colorCorrector.hdrToSdrToneMapper),
    sourceColor: video.color,
    sourceLines: Math.min(video.width, video.height),
    blackFrames,
    frameRate: video.frameRate,
  };
}
