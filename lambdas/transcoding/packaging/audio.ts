import type {
  AudioDescription,
  AudioSelector,
  CmfcAudioTrackType,
  HlsAudioTrackType,
  RemixSettings,
} from "@aws-sdk/client-mediaconvert";
import { languageNameOf } from "../language";
import type { SourceFacts } from "../source-facts";
import { type AudioTrack, audioTracksOf } from "../source-tracks";
import type { StreamOptions } from "./stream-options";

/** One choice of sound that the stream offers, in one layout. */
export interface AudioRendition {
  /** Unique; part of file names. */
  readonly name: string;
  /** Name of its selector in the job. */
  readonly selector: string;
  /** The audio tracks of the source that it is made of, from 1: one, two of a pair, or none for whatever the source has. */
  readonly tracks: readonly number[];
  /** A BCP 47 tag. Absent if unknown. */
  readonly language?: string | undefined;
  /** For people: the track's title, or the name of its language in that language. */
  readonly title: string;
  /** The same in the letters that a job accepts, and unique. */
  readonly streamName: string;
  readonly channels: 2 | 6;
  /** `default`: players start with it. `auto`: they may choose it by its language. `manual`: only the viewer does. */
  readonly selection: "default" | "auto" | "manual";
}

/** What is known of a source's sound. */
export type AudioSource = Pick<SourceFacts, "assumed" | "tracks">;

/** Tracks of a source that are kept, a pair counted as one. */
export const MAX_CHOICES = 8;

/** A track, or two that are left and right. */
type Choice = readonly [AudioTrack, ...AudioTrack[]];

/**
 * The sound of a stream: every track that MediaConvert can decode, up to eight, in stereo, and with `keepsSurround` those in
 * 5.1 as such too. All are one group: MediaConvert marks one default in a job's outputs, and HLS wants the same one in
 * every group (ADR 0027).
 */
export function audioRenditionsOf(
  { hasAudio, assumed, tracks }: Pick<SourceFacts, "hasAudio"> & AudioSource,
  { keepsSurround = false }: StreamOptions = {},
): AudioRendition[] {
  if (!hasAudio) return [];
  // A job that names a track fails where there is none; one that doesn't adds silence.
  const unnamed: AudioTrack = { type: "audio", number: 1 };
  const choices = tracks === undefined ? [[unnamed] as const] : keptChoices(audioTracksOf(tracks));
  const flagged = choices.findIndex((choice) => choice.some((track) => track.default));
  const stereo = choices.map(
    (choice, index): AudioRendition => ({
      name: `audio${index + 1}`,
      selector: `Audio Selector ${index + 1}`,
      tracks: assumed ? [] : choice.map(({ number }) => number),
      language: choice[0].language,
      title: titleOf(labelOf(choice), index),
      streamName: streamNameOf(labelOf(choice), index),
      channels: 2,
      selection: index === Math.max(0, flagged) ? "default" : "auto",
    }),
  );
  const surround = stereo
    .filter((_, index) => keepsSurround && choices.slice(index, index + 1).some(isSurround))
    .map(
      (rendition): AudioRendition => ({
        ...rendition,
        name: `${rendition.name}_surround`,
        title: `${rendition.title} (5.1)`,
        streamName: `${rendition.streamName} Surround`,
        channels: 6,
        selection: "manual",
      }),
    );
  return withUniqueNames(withOneChoiceByLanguage([...stereo, ...surround]));
}

/**
 * What players select by themselves differs in language; the viewer selects the rest.
 * https://datatracker.ietf.org/doc/html/rfc8216#section-4.3.4.1.1
 */
function withOneChoiceByLanguage(renditions: readonly AudioRendition[]): AudioRendition[] {
  return renditions.map((rendition, index) => {
    const isTaken = renditions.some(
      ({ language, selection }, other) =>
        language === rendition.language &&
        (selection === "default" || (selection === "auto" && other < index)),
    );
    return rendition.selection === "auto" && isTaken ? { ...rendition, selection: "manual" } : rendition;
  });
}

/** The choices that a stream of these tracks has. */
function keptChoices(tracks: readonly AudioTrack[]): Choice[] {
  return choicesOf(tracks).slice(0, MAX_CHOICES);
}

/** The tracks that can be decoded, pairs together. */
export function choicesOf(tracks: readonly AudioTrack[]): Choice[] {
  const [first, second, ...rest] = tracks.filter(({ codec }) => codec !== undefined);
  if (first === undefined) return [];
  if (second === undefined) return [[first]];
  return isPair(first, second)
    ? [[first, second], ...choicesOf(rest)]
    : [[first], ...choicesOf([second, ...rest])];
}

/**
 * Professional cameras and editors write the channels of a stereo sound as mono tracks of PCM, the left one first. Their
 * flags tell nothing: some programs call all of them default, others the first.
 */
function isPair(one: AudioTrack, other: AudioTrack): boolean {
  const isMono = ({ codec, channels }: AudioTrack) => codec === "PCM" && channels === 1;
  return isMono(one) && isMono(other) && one.language === other.language;
}

function isSurround([{ channels = 0 }]: Choice): boolean {
  return channels >= 6;
}

/** The title of a pair's track names a channel. */
function labelOf([track, ...others]: Choice): Pick<AudioTrack, "title" | "language"> {
  return others.length === 0 ? track : { language: track.language };
}

function titleOf({ title, language }: Pick<AudioTrack, "title" | "language">, index: number): string {
  return title ?? (language && languageNameOf(language)) ?? `Audio ${index + 1}`;
}

/** The model's pattern, in which other alphabets have no letters: `^[\w\s]*$`. */
function streamNameOf(
  { title = "", language }: Pick<AudioTrack, "title" | "language">,
  index: number,
): string {
  const names = [title, (language && languageNameOf(language, "en")) ?? ""].map((name) =>
    name
      .normalize("NFKD")
      .replaceAll(/\p{M}/gu, "")
      .replaceAll(/[^\w]+/g, " ")
      .trim(),
  );
  // A title that loses a part of its letters says something else.
  const isWhole = !/[^\p{Script=Latin}\p{M}\p{N}\p{P}\p{S}\p{Z}]/u.test(title);
  return (isWhole ? names : names.slice(1)).find((name) => name !== "") ?? `Audio ${index + 1}`;
}

/** "English" and "English 2": names are unique. */
function withUniqueNames(renditions: readonly AudioRendition[]): AudioRendition[] {
  const taken = new Set<string>();
  return renditions.map((rendition) => {
    let { streamName } = rendition;
    for (let number = 2; taken.has(streamName); number += 1) {
      streamName = `${rendition.streamName} ${number}`;
    }
    taken.add(streamName);
    return { ...rendition, streamName };
  });
}

/** By name. A selector without matching audio fails the job or adds silence. */
export function audioSelectors(audio: readonly AudioRendition[]): Record<string, AudioSelector> {
  return Object.fromEntries(
    audio.map(({ selector, tracks }) => [
      selector,
      {
        DefaultSelection: "DEFAULT",
        SelectorType: "TRACK",
        ...(tracks.length > 0 && { Tracks: [...tracks] }),
        // By default audio after a gap in its time stamps plays too early.
        AudioDurationCorrection: "AUTO",
      },
    ]),
  );
}

/** For sound that is part of a rendition's segments, and so needs no label. */
export function muxedAudio(
  rendition: AudioRendition,
  bitrateBps: number,
  stream: Pick<StreamOptions, "loudnessTargetLkfs">,
): AudioDescription {
  return { ...description(rendition, bitrateBps, stream), LanguageCodeControl: "FOLLOW_INPUT" };
}

/** Bits per second of AAC-LC: https://docs.aws.amazon.com/mediaconvert/latest/ug/aac-support.html */
const OWN_BITRATES_BPS = { 2: 128_000, 6: 384_000 } as const;

/** For sound with files of its own, labelled for the viewer's choice. */
export function ownAudio(
  rendition: AudioRendition,
  stream: Pick<StreamOptions, "loudnessTargetLkfs">,
): AudioDescription {
  const { language, channels, streamName } = rendition;
  return {
    ...description(rendition, OWN_BITRATES_BPS[channels], stream),
    // The manifests have the code as it is here, and want BCP 47, which MediaConvert accepts in streams.
    ...(language === undefined
      ? { LanguageCodeControl: "FOLLOW_INPUT" }
      : { LanguageCodeControl: "USE_CONFIGURED", CustomLanguageCode: language }),
    StreamName: streamName,
  };
}

/** The group of all sound, which goes with every rendition of the picture. */
export const AUDIO_GROUP = "audio";

export function audioTrackType({ selection }: AudioRendition): CmfcAudioTrackType & HlsAudioTrackType {
  switch (selection) {
    case "default":
      return "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT";
    case "auto":
      return "ALTERNATE_AUDIO_AUTO_SELECT";
    case "manual":
      return "ALTERNATE_AUDIO_NOT_AUTO_SELECT";
  }
}

function description(
  { selector, tracks, channels }: AudioRendition,
  bitrateBps: number,
  { loudnessTargetLkfs }: Pick<StreamOptions, "loudnessTargetLkfs">,
): AudioDescription {
  return {
    AudioSourceName: selector,
    CodecSettings: {
      Codec: "AAC",
      AacSettings: {
        Bitrate: bitrateBps,
        CodecProfile: "LC",
        CodingMode: channels === 6 ? "CODING_MODE_5_1" : "CODING_MODE_2_0",
        SampleRate: 48_000,
      },
    },
    ...(tracks.length > 1 && { RemixSettings: LEFT_AND_RIGHT }),
    ...(loudnessTargetLkfs !== undefined && {
      AudioNormalizationSettings: {
        // The newest of the recommendation, with any number of channels.
        Algorithm: "ITU_BS_1770_4",
        AlgorithmControl: "CORRECT_AUDIO",
        TargetLkfs: loudnessTargetLkfs,
      },
    }),
  };
}

/** The first of two mono tracks to the left, the second to the right, in decibels; −60 is silence. */
const LEFT_AND_RIGHT: RemixSettings = {
  ChannelsIn: 2,
  ChannelsOut: 2,
  ChannelMapping: { OutputChannels: [{ InputChannels: [0, -60] }, { InputChannels: [-60, 0] }] },
};
