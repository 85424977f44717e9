import fc from "fast-check";
import { ladderUpTo, type Rung, renditionsFor } from "../../../lambdas/transcoding/ladder";
import { audioRenditionsOf } from "../../../lambdas/transcoding/packaging/audio";
import type { StreamOptions } from "../../../lambdas/transcoding/packaging/stream-options";
import type { SourceFacts } from "../../../lambdas/transcoding/source-facts";
import type { AudioTrack } from "../../../lambdas/transcoding/source-tracks";

/** A 60 s landscape video in 1080p with sound, unless said otherwise. */
export function source(overrides: Partial<SourceFacts> = {}): SourceFacts {
  return {
    durationSeconds: 60,
    widthPx: 1920,
    heightPx: 1080,
    rotationDegrees: 0,
    frameRate: 25,
    videoCodec: "AVC",
    audioCodec: "AAC",
    hasAudio: true,
    anamorphic: false,
    interlaced: false,
    ...overrides,
  };
}

/** Pictures of any orientation, even or odd, down to less than MediaConvert can make. */
export const anyPicture = fc.record({
  widthPx: fc.integer({ min: 2, max: 8192 }),
  heightPx: fc.integer({ min: 2, max: 8192 }),
});

const anyTrack: fc.Arbitrary<Omit<AudioTrack, "type" | "number">> = fc.record({
  codec: fc.constantFrom("AAC", "PCM", "AC3", undefined),
  language: fc.constantFrom("en", "ja", "zh-Hant", "qaa", undefined),
  title: fc.oneof(
    fc.constantFrom(undefined, "English", "English 2", "監督"),
    fc.string({ unit: "grapheme" }),
  ),
  channels: fc.constantFrom(1, 2, 6, 8, undefined),
  default: fc.constantFrom(true, false, undefined),
});

/** Tracks of every kind: pairs of mono ones, surround sound, some that can't be decoded, and one that can. */
export const anyAudioTracks: fc.Arbitrary<AudioTrack[]> = fc
  .array(fc.tuple(anyTrack, fc.boolean()), { maxLength: 8 })
  .map((given) =>
    given.flatMap(([track, isPair]) => {
      const mono = { ...track, codec: "PCM", channels: 1 };
      return isPair ? [mono, mono] : [track];
    }),
  )
  .map((given) =>
    [...given, { codec: "AAC", channels: 2 }].map((track, index) => ({
      ...track,
      type: "audio" as const,
      number: index + 1,
    })),
  );

export const anySource: fc.Arbitrary<SourceFacts> = fc
  .record({
    picture: anyPicture,
    durationSeconds: fc.option(fc.double({ min: 0, max: 200_000, noNaN: true }), { nil: undefined }),
    hasAudio: fc.boolean(),
    anamorphic: fc.boolean(),
    rotationDegrees: fc.constantFrom(0, 90, 180, 270),
    assumed: fc.constantFrom(undefined, true as const),
    interlaced: fc.boolean(),
    hdrTransfer: fc.constantFrom(undefined, "PQ" as const, "HLG" as const),
    primaries: fc.constantFrom(undefined, "P3" as const, "BT2020" as const),
    frameRate: fc.oneof(
      fc.constantFrom(undefined, 1, 23.976, 25, 30_000 / 1001, 60_000 / 1001, 60, 100, 120_000 / 1001, 120),
      fc.double({ min: 0.01, max: 1000, noNaN: true }),
    ),
    videoBitrateBps: fc.option(fc.integer({ min: 1, max: 500_000_000 }), { nil: undefined }),
  })
  .map(({ picture, ...facts }) => source({ ...picture, ...facts }));

/** What a source becomes under a job's id. */
export function orderOf(
  source: SourceFacts,
  jobId = "a".repeat(64),
  ladder: readonly Rung[] = ladderUpTo(1080),
  fieldDoubling = false,
  { packaging = "hls", ...options }: StreamOptions = {},
) {
  const renditions = renditionsFor(source, ladder, { fieldDoubling });
  return {
    jobId,
    sourceUrl: "s3://raw/a b.mp4",
    packaging,
    progressiveManifest: options.progressiveManifest,
    loudnessTargetLkfs: options.loudnessTargetLkfs,
    source,
    renditions,
    audio: audioRenditionsOf(source, options),
  };
}
