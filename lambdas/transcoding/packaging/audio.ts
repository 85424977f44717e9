import type { AudioDescription, AudioSelector } from "@aws-sdk/client-mediaconvert";
import type { SourceFacts } from "../source-facts";

/** One choice of sound that the stream offers. */
export interface AudioRendition {
  /** Name of its selector in the job. */
  readonly selector: string;
  /** The audio tracks of the source that it is made of, from 1. Empty for whatever the source has. */
  readonly tracks: readonly number[];
}

export function audioRenditionsOf({ hasAudio, assumed }: SourceFacts): AudioRendition[] {
  if (!hasAudio) return [];
  // A job that names a track fails where there is none; one that doesn't adds silence.
  return [{ selector: "Audio Selector 1", tracks: assumed ? [] : [1] }];
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

/** Of AAC-LC in stereo. */
export function audioDescription({ selector }: AudioRendition, bitrateBps: number): AudioDescription {
  return {
    AudioSourceName: selector,
    LanguageCodeControl: "FOLLOW_INPUT",
    CodecSettings: {
      Codec: "AAC",
      AacSettings: {
        Bitrate: bitrateBps,
        CodecProfile: "LC",
        CodingMode: "CODING_MODE_2_0",
        SampleRate: 48_000,
      },
    },
  };
}
