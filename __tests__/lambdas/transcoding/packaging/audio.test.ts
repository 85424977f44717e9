import fc from "fast-check";
import {
  type AudioRendition,
  audioRenditionsOf,
  MAX_CHOICES,
  ownAudio,
} from "../../../../lambdas/transcoding/packaging/audio";
import type { AudioTrack } from "../../../../lambdas/transcoding/source-tracks";
import { anyAudioTracks, source } from "../sources";

/** Tracks in stereo AAC, unless said otherwise. */
const tracks = (...given: Partial<AudioTrack>[]) => ({
  tracks: given.map(
    (track, index): AudioTrack => ({ type: "audio", number: index + 1, codec: "AAC", channels: 2, ...track }),
  ),
});

const renditionsOf = (...given: Partial<AudioTrack>[]) => audioRenditionsOf(source(tracks(...given)));
const withSurround = (...given: Partial<AudioTrack>[]) =>
  audioRenditionsOf(source(tracks(...given)), { keepsSurround: true });
const tracksOf = (renditions: readonly AudioRendition[]) => renditions.map((rendition) => rendition.tracks);

describe("the sound of a stream", () => {
  it("is every track of the source, with its language, its title and a name that MediaConvert accepts", () => {
    const [english, japanese] = renditionsOf(
      { language: "en", title: "Director's cut" },
      { language: "ja", title: "監督による解説" },
    );
    expect(english).toMatchObject({
      tracks: [1],
      language: "en",
      title: "Director's cut",
      streamName: "Director s cut",
    });
    expect(japanese).toMatchObject({
      tracks: [2],
      language: "ja",
      title: "監督による解説",
      streamName: "Japanese",
    });
  });

  it("names a track without a title after its language, in that language", () => {
    expect(renditionsOf({ language: "ja" }, { language: "fr" }, {})).toMatchObject([
      { title: "日本語", streamName: "Japanese" },
      { title: "français", streamName: "French" },
      { title: "Audio 3", streamName: "Audio 3" },
    ]);
  });

  it("starts with the track that the container calls its default, or with the first", () => {
    const starts = (...given: Partial<AudioTrack>[]) =>
      renditionsOf(...given).map(({ isDefault }) => isDefault);
    expect(starts({ default: false }, { default: true })).toEqual([false, true]);
    expect(starts({ default: true }, { default: true })).toEqual([true, false]);
    expect(starts({}, {})).toEqual([true, false]);
  });

  it("leaves out a track that MediaConvert can't decode, and counts on", () => {
    expect(tracksOf(renditionsOf({}, { codec: undefined }, {}))).toEqual([[1], [3]]);
  });

  it("has at most eight choices", () => {
    expect(renditionsOf(...Array.from({ length: 10 }, () => ({})))).toHaveLength(8);
  });

  describe("with mono tracks of PCM", () => {
    const mono = { codec: "PCM", channels: 1 };

    it("makes one stereo rendition of two, the first to the left", () => {
      const pair = renditionsOf({ ...mono, title: "Left" }, { ...mono, title: "Right" });
      expect(pair).toMatchObject([{ tracks: [1, 2], channels: 2, title: "Audio 1" }]);
      expect(pair.map((rendition) => ownAudio(rendition, {}).RemixSettings)).toEqual([
        {
          ChannelsIn: 2,
          ChannelsOut: 2,
          ChannelMapping: { OutputChannels: [{ InputChannels: [0, -60] }, { InputChannels: [-60, 0] }] },
        },
      ]);
    });

    it("pairs them from the first, and leaves a last one alone", () => {
      expect(tracksOf(renditionsOf(mono, mono, mono, mono, mono))).toEqual([[1, 2], [3, 4], [5]]);
    });

    it.each([
      ["in two languages", { language: "en" }, { language: "ja" }],
      ["of which one is an alternative", { default: true }, { default: false }],
      ["of which one isn't PCM", {}, { codec: "AAC" }],
      ["of which one is stereo", {}, { channels: 2 }],
    ])("keeps two apart %s", (_what, one, other) => {
      expect(tracksOf(renditionsOf({ ...mono, ...one }, { ...mono, ...other }))).toEqual([[1], [2]]);
    });
  });

  describe("in 5.1", () => {
    it("is stereo unless it is kept", () => {
      expect(renditionsOf({ channels: 6 })).toMatchObject([{ group: "stereo", channels: 2 }]);
    });

    it("is a group of its own beside the stereo one, with the same members, names and default, as HLS wants", () => {
      expect(withSurround({ channels: 6, language: "en" }, { language: "ja", default: true })).toMatchObject([
        { name: "audio1", group: "stereo", channels: 2, streamName: "English", isDefault: false },
        { name: "audio2", group: "stereo", channels: 2, streamName: "Japanese", isDefault: true },
        { name: "audio1_surround", group: "surround", channels: 6, streamName: "English", isDefault: false },
        { name: "audio2_surround", group: "surround", channels: 2, streamName: "Japanese", isDefault: true },
      ]);
    });

    it("has no second group if no track is surround", () => {
      expect(withSurround({}, {})).toHaveLength(2);
    });
  });

  it("is nothing for a silent source, and whatever there is for one that couldn't be probed", () => {
    expect(audioRenditionsOf(source({ hasAudio: false }))).toEqual([]);
    expect(audioRenditionsOf(source({ assumed: true }))).toMatchObject([{ tracks: [] }]);
  });

  it("has one default a group, and unique names, whatever the tracks", () => {
    fc.assert(
      fc.property(anyAudioTracks, fc.boolean(), (given, keepsSurround) => {
        const renditions = audioRenditionsOf(source({ tracks: given }), { keepsSurround });
        for (const name of ["stereo", "surround"]) {
          const group = renditions.filter((rendition) => rendition.group === name);
          if (group.length === 0) continue;
          expect(group.filter(({ isDefault }) => isDefault)).toHaveLength(1);
          expect(new Set(group.map(({ streamName }) => streamName)).size).toBe(group.length);
          expect(group.length).toBeLessThanOrEqual(MAX_CHOICES);
        }
        expect(new Set(renditions.map(({ name }) => name)).size).toBe(renditions.length);
      }),
    );
  });
});
