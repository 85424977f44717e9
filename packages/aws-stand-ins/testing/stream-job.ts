import type {
  AudioDescription,
  AudioSelector,
  CreateJobCommandInput,
  Output,
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

export interface StreamShape {
  /** @default "s3://raw/clip.mp4" */
  readonly input?: string;
  /** @default "s3://out/job/main" */
  readonly destination?: string;
  readonly sounds: readonly SoundShape[];
}

const SIZES = [
  { width: 320, height: 180, name: "180p" },
  { width: 160, height: 90, name: "90p" },
];

/** A job for an adaptive stream whose sounds are outputs of their own. */
export function streamJob({ sounds, input, destination }: StreamShape): CreateJobCommandInput {
  const job = hlsJob({ input, destination, sizes: SIZES, audio: false });
  const [{ OutputGroupSettings, Outputs }, captures] = job.Settings.OutputGroups as [HlsGroup, object];
  const sets = [...new Set(sounds.map(({ group = "sound" }) => group))].join(",");
  const pictures = Outputs.map((output) => ({
    ...output,
    OutputSettings: { HlsSettings: { AudioRenditionSets: sets } },
  }));
  return {
    ...job,
    Settings: {
      Inputs: job.Settings.Inputs.map((given) => ({ ...given, AudioSelectors: selectorsOf(sounds) })),
      OutputGroups: [{ OutputGroupSettings, Outputs: [...pictures, ...sounds.map(hlsSound)] }, captures],
    },
  };
}

type HlsGroup = ReturnType<typeof hlsJob>["Settings"]["OutputGroups"][0] & { Outputs: Output[] };

const selectorsOf = (sounds: readonly SoundShape[]): Record<string, AudioSelector> =>
  Object.fromEntries(
    sounds.map(({ name, tracks }) => [
      `Audio ${name}`,
      { DefaultSelection: "NOT_DEFAULT", SelectorType: "TRACK", Tracks: [...tracks] },
    ]),
  );

function hlsSound(sound: SoundShape): Output {
  const { name, group = "sound", trackType = "ALTERNATE_AUDIO_AUTO_SELECT" } = sound;
  return {
    NameModifier: `_${name}`,
    ContainerSettings: { Container: "M3U8" },
    OutputSettings: {
      HlsSettings: { AudioGroupId: group, AudioTrackType: trackType, AudioOnlyContainer: "M2TS" },
    },
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
