import type { ProbeResult, Track, VideoProperties } from "@aws-sdk/client-mediaconvert";
import { sourceFactsOf } from "../../../lambdas/transcoding/probe-result";
import { Refusal } from "../../../lambdas/transcoding/transcoder";

const URL = "s3://raw/a.mp4";

function probed(video: VideoProperties): ProbeResult {
  return { Container: { Tracks: [{ TrackType: "video", VideoProperties: video }] } };
}

function refusalOf(result: ProbeResult | undefined): Refusal {
  try {
    sourceFactsOf(result, URL);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("not refused");
}

describe("a probe's result", () => {
  it("becomes the source's facts, wherever its video track is", () => {
    const result: ProbeResult = {
      Container: {
        Duration: 13.5,
        Tracks: [
          { Index: 1, TrackType: "data" },
          { Index: 2, TrackType: "audio", Codec: "AAC", AudioProperties: { Channels: 2 } },
          {
            Index: 3,
            TrackType: "video",
            Codec: "AVC",
            VideoProperties: {
              Width: 1920,
              Height: 1080,
              FrameRate: { Numerator: 30_000, Denominator: 1001 },
              CodecMetadata: { ScanType: "Progressive" },
            },
          },
        ],
      },
    };
    expect(sourceFactsOf(result, URL)).toEqual({
      durationSeconds: 13.5,
      widthPx: 1920,
      heightPx: 1080,
      rotationDegrees: 0,
      frameRate: 30_000 / 1001,
      videoCodec: "AVC",
      audioCodec: "AAC",
      hasAudio: true,
      tracks: [{ type: "audio", number: 1, codec: "AAC", channels: 2 }],
      anamorphic: false,
      interlaced: false,
      hdrTransfer: undefined,
      primaries: undefined,
    });
  });

  it("needs only a picture's size", () => {
    expect(sourceFactsOf(probed({ Width: 64, Height: 48 }), URL)).toMatchObject({
      widthPx: 64,
      heightPx: 48,
      hasAudio: false,
      durationSeconds: undefined,
      frameRate: undefined,
    });
  });

  it("takes size and rate from the codec if the container has none", () => {
    const codec = { Width: 64, Height: 48, CodedFrameRate: { Numerator: 24, Denominator: 1 } };
    expect(sourceFactsOf(probed({ CodecMetadata: codec }), URL)).toMatchObject({
      widthPx: 64,
      heightPx: 48,
      frameRate: 24,
    });
  });

  it("takes the video track's duration if the container has none", () => {
    const result = {
      Container: {
        Tracks: [{ TrackType: "video" as const, Duration: 7, VideoProperties: { Width: 64, Height: 48 } }],
      },
    };
    expect(sourceFactsOf(result, URL).durationSeconds).toBe(7);
  });

  it.each([
    [0, 1920, 1080, 0],
    [90, 1080, 1920, 90],
    [180, 1920, 1080, 180],
    [270, 1080, 1920, 270],
    [-90, 1080, 1920, 270],
  ])("rotated by %d° is seen as %dx%d", (Rotation, widthPx, heightPx, rotationDegrees) => {
    const facts = sourceFactsOf(probed({ Width: 1920, Height: 1080, Rotation }), URL);
    expect(facts).toMatchObject({ widthPx, heightPx, rotationDegrees });
  });

  it("gets square pixels before it is rotated", () => {
    const anamorphic = {
      Width: 720,
      Height: 576,
      SampleAspectRatio: { Numerator: 64, Denominator: 45 },
    };
    expect(sourceFactsOf(probed(anamorphic), URL)).toMatchObject({
      widthPx: 1024,
      heightPx: 576,
      anamorphic: true,
    });
    expect(sourceFactsOf(probed({ ...anamorphic, Rotation: 90 }), URL)).toMatchObject({
      widthPx: 576,
      heightPx: 1024,
    });
  });

  it("has every audio and caption track, and neither timecode nor metadata", () => {
    const result: ProbeResult = {
      Container: {
        Tracks: [
          { TrackType: "video", Codec: "AVC", VideoProperties: { Width: 64, Height: 48 } },
          { TrackType: "audio", Codec: "UNKNOWN", AudioProperties: { LanguageCode: "eng" } },
          { TrackType: "data", Codec: "C608", DataProperties: { LanguageCode: "jpn" } },
          { TrackType: "data", Codec: "UNKNOWN" },
          { TrackType: "data", Codec: "UNKNOWN", DataProperties: { LanguageCode: "eng" } },
          {
            TrackType: "audio",
            Codec: "AAC",
            AudioProperties: { LanguageCode: "jpn", Channels: 6, ChannelLayout: "5.1" },
          },
          { TrackType: "audio", Codec: "PCM", AudioProperties: { LanguageCode: "und", Channels: 1 } },
        ],
      },
    };
    expect(sourceFactsOf(result, URL).tracks).toEqual([
      { type: "audio", number: 1, language: "en" },
      { type: "captions", codec: "C608", language: "ja" },
      { type: "captions", codec: undefined, language: "en" },
      { type: "audio", number: 2, codec: "AAC", language: "ja", channels: 6, layout: "5.1" },
      { type: "audio", number: 3, codec: "PCM", channels: 1 },
    ]);
  });

  it("counts no audio that MediaConvert doesn't recognize", () => {
    const tracks = (Codec: "UNKNOWN" | "AAC") => ({
      Container: {
        Tracks: [
          { TrackType: "video" as const, VideoProperties: { Width: 64, Height: 48 } },
          { TrackType: "audio" as const, Codec },
        ],
      },
    });
    expect(sourceFactsOf(tracks("UNKNOWN"), URL).hasAudio).toBe(false);
    expect(sourceFactsOf(tracks("AAC"), URL).hasAudio).toBe(true);
  });

  it.each([
    [{ ScanType: "Interlaced" }, true],
    [{ FieldOrder: "TopFieldFirst" }, true],
    [{ ScanType: "Progressive" }, false],
    [{}, false],
  ])("with codec metadata %j is interlaced: %s", (CodecMetadata, interlaced) => {
    expect(sourceFactsOf(probed({ Width: 64, Height: 48, CodecMetadata }), URL).interlaced).toBe(interlaced);
  });

  it.each([
    ["SMPTE_2084", "PQ"],
    ["ARIB_B67", "HLG"],
    ["ITU_709", undefined],
  ] as const)("with transfer %s has HDR %s", (transfer, hdrTransfer) => {
    const size = { Width: 64, Height: 48 };
    expect(sourceFactsOf(probed({ ...size, TransferCharacteristics: transfer }), URL).hdrTransfer).toBe(
      hdrTransfer,
    );
    const inCodec = {
      ...size,
      TransferCharacteristics: "UNSPECIFIED" as const,
      CodecMetadata: { TransferCharacteristics: transfer },
    };
    expect(sourceFactsOf(probed(inCodec), URL).hdrTransfer).toBe(hdrTransfer);
  });

  it.each([
    ["SMPTE_431_2", "P3"],
    ["SMPTE_EG_432_1", "P3"],
    ["ITU_2020", "BT2020"],
    ["ITU_709", undefined],
  ] as const)("with primaries %s has %s", (ColorPrimaries, primaries) => {
    const size = { Width: 64, Height: 48 };
    expect(sourceFactsOf(probed({ ...size, ColorPrimaries }), URL).primaries).toBe(primaries);
    const inCodec = { ...size, CodecMetadata: { ColorPrimaries } };
    expect(sourceFactsOf(probed(inCodec), URL).primaries).toBe(primaries);
  });

  it.each([undefined, {}, { Container: {} }, { Container: { Tracks: [] } }])(
    "%j is refused as unreadable",
    (result) => {
      const refusal = refusalOf(result);
      expect(refusal.code).toBe("UNREADABLE_SOURCE");
      expect(refusal.message).toContain(URL);
    },
  );

  describe("with several video tracks", () => {
    const track = (Codec: "AVC" | "MJPEG" | "UNKNOWN", Duration?: number, Width = 640): Track => ({
      TrackType: "video",
      Codec,
      Duration,
      VideoProperties: { Width, Height: 360 },
    });
    const file = (Format: "mp4" | "quicktime", ...tracks: Track[]): ProbeResult => ({
      Container: { Format, Duration: 10, Tracks: tracks.map((each, i) => ({ ...each, Index: i + 1 })) },
    });

    it.each([
      ["a cover before it", file("mp4", track("MJPEG", 0.04, 416), track("AVC", 10))],
      ["a cover after it", file("quicktime", track("AVC", 10), track("MJPEG", 0.04, 416))],
      ["a preview as long as the file after it", file("mp4", track("AVC", 9.9), track("MJPEG", 10, 416))],
      [
        "a track in an unknown format before it",
        file("quicktime", track("UNKNOWN", 0.04, 416), track("AVC", 10)),
      ],
      ["sound that goes on much longer", file("mp4", track("AVC", 2))],
      ["no durations", file("mp4", track("AVC"))],
    ])("takes the video, with %s", (_what, result) => {
      expect(sourceFactsOf(result, URL)).toMatchObject({ widthPx: 640, videoCodec: "AVC" });
    });

    it("takes Motion JPEG where it is the video", () => {
      const camera = file("quicktime", track("MJPEG", 10));
      expect(sourceFactsOf(camera, URL).videoCodec).toBe("MJPEG");
    });

    it("refuses a file whose first video track is another, which MediaConvert would take", () => {
      const { code, message } = refusalOf(file("quicktime", track("MJPEG", 0.04), track("AVC", 10)));
      expect(code).toBe("NO_VIDEO_TRACK");
      expect(message).toBe(
        "The first video track of s3://raw/a.mp4 isn't the video but video MJPEG, which MediaConvert would " +
          "transcode. Remove that track, for example with `ffmpeg -i old.mov -map 0 -map -0:0 -c copy new.mov`, " +
          "and upload the new file.",
      );
    });

    it("refuses a file whose picture is far shorter than the file", () => {
      const { code, message } = refusalOf(file("mp4", track("MJPEG", 0.04)));
      expect(code).toBe("NO_VIDEO_TRACK");
      expect(message).toContain("The picture of s3://raw/a.mp4 lasts 0.04 s of 10 s.");
    });
  });

  it.each([
    [{ TrackType: "audio", Codec: "MP3" }, "only audio MP3."],
    [{ TrackType: "data", Codec: "UNKNOWN" }, "only data in an unknown format."],
    [{ TrackType: "video", VideoProperties: { Width: 0, Height: 0 } }, "only video in an unknown format."],
    [{}, "only something in an unknown format."],
  ] as const)("with only %j is refused for lack of a picture", (track, words) => {
    const { code, message } = refusalOf({ Container: { Tracks: [track] } });
    expect(code).toBe("NO_VIDEO_TRACK");
    expect(message).toContain(words);
  });
});
