import { type AudioPlan, planAudio } from "./audio-plan";
import type { AudioDescription } from "./create-job/audio";
import type { CmafGroup } from "./create-job/cmaf-group";
import type { HlsGroup } from "./create-job/hls-group";
import { tileSettingsOf } from "./create-job/image-trick-play";
import {
  isCmaf,
  renditionSettingsOf,
  type StreamGroup,
  type StreamOutput,
  streamSettingsOf,
} from "./create-job/output-groups";
import { audioSetsOf, type RenditionSettings } from "./create-job/stream-output";
import type { VideoDescription } from "./create-job/video";
import { FRAGMENTED_MP4 } from "./fmp4-segments";
import { dashUri, outputName, playlistUri } from "./output-names";
import {
  type OutputPlan,
  type PicturePlan,
  planFiles,
  planPicture,
  type SelectedInput,
} from "./picture-plan";
import type { SegmentFormat } from "./segment-format";
import { type SheetGrid, sheetGrid } from "./sheet-grid";
import { quotient, type SourceVideo } from "./source";
import { planSubtitles, type SubtitlesPlan } from "./subtitles-plan";
import { TRANSPORT_STREAMS } from "./ts-segments";

/** A picture of the stream, with the sound in its segments if it has any there. */
export interface RenditionPlan extends OutputPlan, PicturePlan {
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
  readonly audio: AudioPlan | undefined;
  /** The audio groups that it plays with; each makes a variant of it. */
  readonly audioSets: readonly string[];
  readonly iFramePlaylist: boolean;
}

/** A sound that the player chooses. */
export interface AudioRenditionPlan extends OutputPlan {
  readonly kind: "audio";
  readonly segmentSeconds: number;
  readonly audio: AudioPlan;
  readonly group: string;
  readonly isDefault: boolean;
  readonly autoSelect: boolean;
}

/** The thumbnails of an adaptive group, which have the time line and the colors of its renditions. */
export interface SheetPlan extends OutputPlan, PicturePlan, SheetGrid {
  readonly kind: "sheets";
}

/** One adaptive stream. */
export interface StreamPlan {
  readonly type: "HLS_GROUP" | "CMAF_GROUP";
  readonly manifest: string;
  readonly dash: DashPlan | undefined;
  readonly deniesCaptions: boolean;
  /** Whether playlists are written while segments arrive. */
  readonly progressive: boolean;
  readonly outputs: readonly (RenditionPlan | AudioRenditionPlan | SubtitlesPlan)[];
  readonly sheets: SheetPlan | undefined;
}

/** A second manifest of the same segments. */
interface DashPlan {
  readonly uri: string;
  /** Whether a rendition's bandwidth is that of the job's settings, or the measured average. */
  readonly bandwidth: "MAX" | "AVERAGE";
}

const FORMATS: Readonly<Record<StreamPlan["type"], SegmentFormat>> = {
  HLS_GROUP: TRANSPORT_STREAMS,
  CMAF_GROUP: FRAGMENTED_MP4,
};

export const segmentFormatOf = ({ type }: Pick<StreamPlan, "type">): SegmentFormat => FORMATS[type];

/** @param groupNumber of the job, from 0 */
export function planStream(group: StreamGroup, groupNumber: number, input: SelectedInput): StreamPlan {
  const name = outputName(group, "", input.settings?.fileInput ?? "");
  const outputs = group.outputs.map((output, outputNumber) => {
    const files = planFiles(group, groupNumber, outputNumber, input);
    const { captionDescriptions: [captions] = [] } = output;
    if (!captions) return planOutput(group, output, files, input);
    return { ...files, ...planSubtitles(captions, input), ...membership(group, output) };
  });
  const first = outputs.find((output) => output.kind === "rendition");
  const tiles = tileSettingsOf(streamSettingsOf(group));
  return {
    ...(isCmaf(group) ? cmaf(group, name) : hls(group)),
    manifest: playlistUri(name),
    outputs,
    sheets: tiles &&
      first && {
        ...first,
        ...sheetGrid(tiles, first),
        kind: "sheets",
        workName: `group${groupNumber}-sheets`,
        name: `${name}_Thumbnail`,
      },
  };
}

function hls({ outputGroupSettings: { hlsGroupSettings } }: HlsGroup) {
  return {
    type: "HLS_GROUP" as const,
    dash: undefined,
    deniesCaptions: hlsGroupSettings.captionLanguageSetting === "NONE",
    progressive: hlsGroupSettings.progressiveWriteHlsManifest === "ENABLED",
  };
}

function cmaf({ outputGroupSettings: { cmafGroupSettings } }: CmafGroup, name: string) {
  return {
    type: "CMAF_GROUP" as const,
    dash: { uri: dashUri(name), bandwidth: cmafGroupSettings.mpdManifestBandwidthType },
    deniesCaptions: false,
    progressive: false,
  };
}

function planOutput(
  group: StreamGroup,
  output: StreamOutput,
  files: OutputPlan,
  input: SelectedInput,
): RenditionPlan | AudioRenditionPlan {
  const settings = renditionSettingsOf(output);
  const { videoDescription, audioDescriptions: [audioDescription] = [] } = output;
  const audio = audioDescription && soundOf(audioDescription, input);
  if (videoDescription)
    return {
      ...files,
      ...planPicture(videoDescription, input),
      ...rendition(videoDescription, streamSettingsOf(group).segmentLength, input.video),
      audio,
      audioSets: audioSetsOf(settings),
      iFramePlaylist: settings.iFrameOnlyManifest === "INCLUDE",
    };
  if (audio)
    return { ...files, ...audioRendition(settings), audio, segmentSeconds: audioSeconds(group, input) };
  throw new Error(`The output ${output.nameModifier} holds nothing.`);
}

/** "The captions track that you specify first in your job is signaled as the default track in the HLS manifest." */
function membership(group: StreamGroup, output: StreamOutput) {
  const [first] = group.outputs.filter(({ captionDescriptions }) => captionDescriptions?.length);
  return {
    isDefault: output === first,
    // A CMAF group has no setting for it.
    segmentLength: isCmaf(group)
      ? ("MATCH_VIDEO" as const)
      : (group.outputGroupSettings.hlsGroupSettings.captionSegmentLengthControl ?? "LARGE_SEGMENTS"),
  };
}

const soundOf = (description: AudioDescription, { tracks, settings, source }: SelectedInput) =>
  planAudio(description, tracks.get(description.audioSourceName) ?? [], settings, source);

function rendition(
  { codecSettings: { h264Settings } }: VideoDescription,
  segmentLength: number,
  video: SourceVideo,
) {
  const { framerateControl, framerateNumerator, framerateDenominator, gopSize } = h264Settings;
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
  };
}

/** Sound is cut where the first picture is cut, up to an audio frame. */
function audioSeconds(group: StreamGroup, { video }: SelectedInput): number {
  const { segmentLength } = streamSettingsOf(group);
  const picture = group.outputs.find(({ videoDescription }) => videoDescription)?.videoDescription;
  return picture ? rendition(picture, segmentLength, video).segmentSeconds : segmentLength;
}

const audioRendition = ({ audioGroupId = "", audioTrackType }: RenditionSettings) => ({
  kind: "audio" as const,
  group: audioGroupId,
  isDefault: audioTrackType === "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT",
  autoSelect: audioTrackType !== "ALTERNATE_AUDIO_NOT_AUTO_SELECT",
});
