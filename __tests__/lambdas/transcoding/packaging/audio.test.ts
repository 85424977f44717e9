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
    const selections = (...given: Partial<AudioTrack>[]) =>
      renditionsOf(...given).map(({ selection }) => selection);
    const [english, japanese] = [{ language: "en" }, { language: "ja" }];
    expect(selections({ ...english, default: false }, { ...japanese, default: true })).toEqual([
      "auto",
      "default",
    ]);
    expect(selections({ ...english, default: true }, { ...japanese, default: true })).toEqual([
      "default",
      "auto",
    ]);
    expect(selections(english, japanese)).toEqual(["default", "auto"]);
  });

  it("lets players choose one track of each language, and leaves a commentary to the viewer", () => {
    const tracksByLanguage = [
      { language: "en" },
      { language: "ja", default: true },
      { language: "en", title: "Commentary" },
      { language: "ja", title: "Kommentar" },
    ];
    expect(renditionsOf(...tracksByLanguage).map(({ selection }) => selection)).toEqual([
      "auto",
      "default",
      "manual",
      "manual",
    ]);
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
      const pair = renditionsOf(
        { ...mono, title: "Left", default: true },
        { ...mono, title: "Right", default: false },
      );
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
      ["of which one isn't PCM", {}, { codec: "AAC" }],
      ["of which one is stereo", {}, { channels: 2 }],
    ])("keeps two apart %s", (_what, one, other) => {
      expect(tracksOf(renditionsOf({ ...mono, ...one }, { ...mono, ...other }))).toEqual([[1], [2]]);
    });
  });

  describe("in 5.1", () => {
    it("is stereo unless it is kept", () => {
      expect(renditionsOf({ channels: 6 })).toMatchObject([{ channels: 2 }]);
    });

    it("is also offered as such, for the viewer to choose", () => {
      expect(withSurround({ channels: 6, language: "en" }, { language: "ja", default: true })).toMatchObject([
        { name: "audio1", channels: 2, streamName: "English", selection: "auto" },
        { name: "audio2", channels: 2, streamName: "Japanese", selection: "default" },
        {
          name: "audio1_surround",
          channels: 6,
          title: "English (5.1)",
          streamName: "English Surround",
          selection: "manual",
          selector: "Audio Selector 1",
        },
      ]);
    });

    it("is nothing more if no track is surround", () => {
      expect(withSurround({}, {})).toHaveLength(2);
    });
  });

  it("is nothing for a silent source, and whatever there is for one that couldn't be probed", () => {
    expect(audioRenditionsOf(source({ hasAudio: false }))).toEqual([]);
    expect(audioRenditionsOf(source({ assumed: true }))).toMatchObject([{ tracks: [] }]);
  });

  it("has one default, one choice by language, and unique names, whatever the tracks", () => {
    fc.assert(
      fc.property(anyAudioTracks, fc.boolean(), (given, keepsSurround) => {
        const renditions = audioRenditionsOf(source({ tracks: given }), { keepsSurround });
        expect(renditions.filter(({ selection }) => selection === "default")).toHaveLength(1);
        expect(renditions.filter(({ channels }) => channels === 2).length).toBeLessThanOrEqual(MAX_CHOICES);
        const selectable = renditions.filter(({ selection }) => selection !== "manual");
        for (const unique of [
          renditions.map(({ name }) => name),
          renditions.map(({ streamName }) => streamName),
          selectable.map(({ language }) => language),
        ]) {
          expect(new Set(unique).size).toBe(unique.length);
        }
      }),
    );
  });
});
