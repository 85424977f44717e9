import type {
  AudioDescription,
  AudioSelector,
  CaptionDescription,
  CaptionSourceSettings,
  CmfcSettings,
  CreateJobCommandInput,
  Output,
  OutputGroupSettings,
  WebvttDestinationSettings,
} from "@aws-sdk/client-mediaconvert";
import { hlsJob } from "./mediaconvert";

/** A sound of the stream; it gets an output of its own. */
export interface SoundShape {
  /** Also the output's modifier: `_ja`. */
  readonly name: string;
  /** Audio tracks of the input, from 1. */
  readonly tracks: readonly number[];
  readonly description?: Partial<AudioDescription>;
  /** @default 2 */
  readonly channels?: 2 | 6;
  /** @default "sound" */
  readonly group?: string;
  /** @default not the default, but selected by the player's settings */
  readonly trackType?: "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT" | "ALTERNATE_AUDIO_NOT_AUTO_SELECT";
}

/** Captions of the stream; they get an output of their own. */
export interface CaptionsShape {
  /** Also the output's modifier: `_ja`. */
  readonly name: string;
  readonly source: CaptionSourceSettings;
  readonly description?: Partial<CaptionDescription>;
  readonly webvtt?: WebvttDestinationSettings;
}

export interface StreamShape {
  /** @default "hls" */
  readonly packaging?: "hls" | "cmaf";
  /** @default "s3://raw/clip.mp4" */
  readonly input?: string;
  /** @default "s3://out/job/main" */
  readonly destination?: string;
  readonly sounds?: readonly SoundShape[];
  readonly captions?: readonly CaptionsShape[];
  /** Of captions in HLS. @default "MATCH_VIDEO" */
  readonly captionSegments?: "MATCH_VIDEO" | "LARGE_SEGMENTS";
  /** Whether HLS playlists are written while segments arrive. @default false */
  readonly progressive?: boolean;
  /** Whether the smaller picture has a playlist of its I-frames. @default false */
  readonly iFrames?: boolean;
}

/** A job for an adaptive stream whose sounds and captions are outputs of their own. */
export function streamJob(shape: StreamShape): CreateJobCommandInput {
  const { packaging = "hls", input, destination = "s3://out/job/main" } = shape;
  const { sounds = [], captions = [] } = shape;
  const job = hlsJob({ input, destination, audio: false });
  const [stream, captures] = job.Settings.OutputGroups;
  if (!stream || !captures) throw new Error("hlsJob has no output groups");
  return {
    ...job,
    Settings: {
      Inputs: job.Settings.Inputs.map((given) => ({
        ...given,
        ...(sounds.length > 0 && { AudioSelectors: selectorsOf(sounds) }),
        ...(captions.length > 0 && { CaptionSelectors: captionSelectorsOf(captions) }),
      })),
      OutputGroups: [
        {
          OutputGroupSettings:
            packaging === "cmaf" ? cmafSettings(destination) : hlsSettings(stream.OutputGroupSettings, shape),
          Outputs: [
            ...stream.Outputs.map(({ NameModifier, VideoDescription }, index) => ({
              NameModifier,
              VideoDescription,
              ...contained(packaging, {
                ...(sounds.length > 0 && {
                  AudioRenditionSets: [...new Set(sounds.map(({ group = "sound" }) => group))].join(","),
                }),
                IFrameOnlyManifest: shape.iFrames && index > 0 ? "INCLUDE" : "EXCLUDE",
              }),
            })),
            ...sounds.map((sound) => soundOutput(packaging, sound)),
            ...captions.map((one) => captionsOutput(packaging, one)),
          ],
        },
        captures,
      ],
    },
  };
}

function hlsSettings(
  { HlsGroupSettings, ...settings }: OutputGroupSettings,
  { captions = [], captionSegments = "MATCH_VIDEO", progressive }: StreamShape,
): OutputGroupSettings {
  return {
    ...settings,
    HlsGroupSettings: {
      ...HlsGroupSettings,
      ...(captions.length > 0 && { CaptionSegmentLengthControl: captionSegments }),
      ...(progressive && { ProgressiveWriteHlsManifest: "ENABLED" }),
    },
  };
}

const cmafSettings = (destination: string): OutputGroupSettings => ({
  Type: "CMAF_GROUP_SETTINGS",
  CmafGroupSettings: {
    CodecSpecification: "RFC_6381",
    Destination: destination,
    FragmentLength: 2,
    ManifestDurationFormat: "FLOATING_POINT",
    MpdManifestBandwidthType: "AVERAGE",
    SegmentControl: "SEGMENTED_FILES",
    SegmentLength: 6,
    SegmentLengthControl: "GOP_MULTIPLE",
    TargetDurationCompatibilityMode: "SPEC_COMPLIANT",
    WriteDashManifest: "ENABLED",
    WriteHlsManifest: "ENABLED",
    WriteSegmentTimelineInRepresentation: "ENABLED",
  },
});

/** Members of CmfcSettings that HlsSettings has too. */
type Membership = Pick<
  CmfcSettings,
  "AudioGroupId" | "AudioRenditionSets" | "AudioTrackType" | "IFrameOnlyManifest"
>;

/** The members of an output that depend on the kind of its group. */
const contained = (packaging: "hls" | "cmaf", membership: Membership): Output =>
  packaging === "cmaf"
    ? { ContainerSettings: { Container: "CMFC", CmfcSettings: membership } }
    : {
        ContainerSettings: { Container: "M3U8" },
        OutputSettings: {
          HlsSettings: {
            ...membership,
            ...(membership.AudioGroupId !== undefined && { AudioOnlyContainer: "M2TS" }),
          },
        },
      };

const captionSelectorsOf = (captions: readonly CaptionsShape[]) =>
  Object.fromEntries(captions.map(({ name, source }) => [`Captions ${name}`, { SourceSettings: source }]));

const captionsOutput = (packaging: "hls" | "cmaf", { name, description, webvtt }: CaptionsShape): Output => ({
  NameModifier: `_${name}`,
  ContainerSettings: { Container: packaging === "cmaf" ? "CMFC" : "M3U8" },
  CaptionDescriptions: [
    {
      CaptionSelectorName: `Captions ${name}`,
      CustomLanguageCode: name.slice(0, 2),
      LanguageDescription: name,
      DestinationSettings: { DestinationType: "WEBVTT", WebvttDestinationSettings: webvtt },
      ...description,
    },
  ],
});

const selectorsOf = (sounds: readonly SoundShape[]): Record<string, AudioSelector> =>
  Object.fromEntries(
    sounds.map(({ name, tracks }) => [
      `Audio ${name}`,
      { DefaultSelection: "NOT_DEFAULT", SelectorType: "TRACK", Tracks: [...tracks] },
    ]),
  );

function soundOutput(packaging: "hls" | "cmaf", sound: SoundShape): Output {
  const { name, group = "sound", trackType = "ALTERNATE_AUDIO_AUTO_SELECT" } = sound;
  return {
    NameModifier: `_${name}`,
    ...contained(packaging, { AudioGroupId: group, AudioTrackType: trackType }),
    AudioDescriptions: [descriptionOf(sound)],
  };
}

const descriptionOf = ({ name, channels = 2, description }: SoundShape): AudioDescription => ({
  AudioSourceName: `Audio ${name}`,
  CodecSettings: {
    Codec: "AAC",
    AacSettings: {
      Bitrate: channels === 6 ? 384_000 : 64_000,
      CodingMode: channels === 6 ? "CODING_MODE_5_1" : "CODING_MODE_2_0",
      SampleRate: 48_000,
    },
  },
  ...description,
});

/** Two mono tracks that are the left and the right of one pair. */
export const LEFT_AND_RIGHT = {
  ChannelsIn: 2,
  ChannelsOut: 2,
  ChannelMapping: { OutputChannels: [{ InputChannels: [0, -60] }, { InputChannels: [-60, 0] }] },
};
