import { checkCreateJobRequest } from "aws-stand-ins/mediaconvert/create-job/check-request";
import fc from "fast-check";
import { jobRequest } from "../../../lambdas/transcoding/job-request";
import { ladderUpTo, type Rung } from "../../../lambdas/transcoding/ladder";
import { type CaptionRendition, embeddedCaptionsOf } from "../../../lambdas/transcoding/packaging/captions";
import type { Packaging, StreamOptions } from "../../../lambdas/transcoding/packaging/stream-options";
import type { SourceFacts } from "../../../lambdas/transcoding/source-facts";
import { violationsOf } from "./service-model";
import { anyAudioTracks, anySource, orderOf, source } from "./sources";

const JOB_ID = "a".repeat(64);
const SITE = {
  role: "arn:aws:iam::111122223333:role/media-convert",
  queue: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/media",
  processedBucket: "processed",
  thumbnailsBucket: "thumbnails",
};

function requestFor(
  facts: SourceFacts,
  sourceUrl = "s3://raw/a.mp4",
  ladder?: Rung[],
  fieldDoubling?: boolean,
) {
  return jobRequest({ ...orderOf(facts, JOB_ID, ladder, fieldDoubling), sourceUrl }, SITE);
}

function groupsFor(facts: SourceFacts) {
  const [hls, thumbnails] = requestFor(facts).Settings?.OutputGroups ?? [];
  return { hls, thumbnails };
}

describe("a MediaConvert job", () => {
  it("carries our id, so that it isn't made twice and its events find the row", () => {
    expect(requestFor(source())).toMatchObject({
      ClientRequestToken: JOB_ID,
      UserMetadata: { jobId: JOB_ID },
      Role: SITE.role,
      Queue: SITE.queue,
      StatusUpdateInterval: "SECONDS_10",
    });
  });

  it("names the object as it is", () => {
    const [input] = requestFor(source(), "s3://raw/テスト 動画+1%.mp4").Settings?.Inputs ?? [];
    expect(input).toMatchObject({
      FileInput: "s3://raw/テスト 動画+1%.mp4",
      TimecodeSource: "ZEROBASED",
    });
  });

  it("stops where it is clipped, and transcodes all of the source otherwise", () => {
    const order = { ...orderOf(source(), JOB_ID), clipEndSeconds: 21_578 };
    expect(jobRequest(order, SITE).Settings?.Inputs?.[0]?.InputClippings).toEqual([
      { EndTimecode: "05:59:38:00" },
    ]);
    expect(requestFor(source()).Settings?.Inputs?.[0]).not.toHaveProperty("InputClippings");
  });

  const inputFor = (facts: Partial<SourceFacts>) => requestFor(source(facts)).Settings?.Inputs?.[0];

  it("turns the picture only if players would: other sources needn't fit what a rotation requires", () => {
    expect(inputFor({ rotationDegrees: 90 })?.VideoSelector?.Rotate).toBe("AUTO");
    expect(inputFor({})?.VideoSelector).toEqual({ PadVideo: "BLACK" });
  });

  it("takes the first audio track, in time with the picture and in its own language", () => {
    expect(Object.values(inputFor({})?.AudioSelectors ?? {})).toEqual([
      {
        AudioDurationCorrection: "AUTO",
        DefaultSelection: "DEFAULT",
        SelectorType: "TRACK",
        Tracks: [1],
      },
    ]);
    const { hls } = groupsFor(source());
    expect(hls?.Outputs?.[0]?.AudioDescriptions?.[0]?.LanguageCodeControl).toBe("FOLLOW_INPUT");
  });

  it("names no audio track of a source that couldn't be probed, which may have none", () => {
    const [selector] = Object.values(inputFor({ assumed: true })?.AudioSelectors ?? {});
    expect(selector).not.toHaveProperty("Tracks");
  });

  it("keeps every key frame on the same cadence in all renditions", () => {
    for (const { VideoDescription } of groupsFor(source()).hls?.Outputs ?? []) {
      expect(VideoDescription?.CodecSettings?.H264Settings).toMatchObject({
        MinIInterval: 0,
        GopSize: 2,
        GopClosedCadence: 1,
      });
    }
  });

  it("lists the I-frames of one rendition, the smallest, which Apple requires for scrubbing", () => {
    const { hls } = groupsFor(source());
    const withIFrames = hls?.Outputs?.filter(
      ({ OutputSettings }) => OutputSettings?.HlsSettings?.IFrameOnlyManifest === "INCLUDE",
    );
    expect(withIFrames?.map(({ NameModifier }) => NameModifier)).toEqual(["_234p"]);
  });

  it("says in the manifest that there are no captions, and names codecs by RFC 6381", () => {
    expect(groupsFor(source()).hls?.OutputGroupSettings?.HlsGroupSettings).toMatchObject({
      CaptionLanguageSetting: "NONE",
      CodecSpecification: "RFC_6381",
    });
  });

  it.each([
    ["stretches an anamorphic picture to its displayed shape", { anamorphic: true }, "STRETCH_TO_OUTPUT"],
    ["never enlarges any other picture", {}, "FIT_NO_UPSCALE"],
  ])("%s, in every output", (_what, facts, behavior) => {
    const { hls, thumbnails } = groupsFor(source(facts));
    for (const output of [...(hls?.Outputs ?? []), ...(thumbnails?.Outputs ?? [])]) {
      expect(output.VideoDescription?.ScalingBehavior).toBe(behavior);
    }
  });

  it("writes each job's outputs to a place of its own", () => {
    const { hls, thumbnails } = groupsFor(source());
    expect(hls?.OutputGroupSettings?.HlsGroupSettings?.Destination).toBe(`s3://processed/${JOB_ID}/main`);
    expect(hls?.Outputs?.map(({ NameModifier }) => NameModifier)).toEqual([
      "_540p",
      "_1080p",
      "_720p",
      "_432p",
      "_360p",
      "_234p",
    ]);
    expect(thumbnails?.OutputGroupSettings?.FileGroupSettings?.Destination).toBe(
      `s3://thumbnails/${JOB_ID}/main`,
    );
    expect(thumbnails?.Outputs?.map(({ NameModifier }) => NameModifier)).toEqual(["_thumb"]);
  });

  it("encodes as Apple's HLS authoring specification asks, in the Basic price tier", () => {
    const { hls } = groupsFor(source());
    expect(hls?.OutputGroupSettings?.HlsGroupSettings).toMatchObject({
      SegmentLength: 6,
      SegmentLengthControl: "GOP_MULTIPLE",
      MinSegmentLength: 0,
    });
    expect(hls?.Outputs?.[0]?.VideoDescription?.CodecSettings?.H264Settings).toMatchObject({
      RateControlMode: "QVBR",
      QualityTuningLevel: "SINGLE_PASS_HQ",
      MaxBitrate: 2_000_000,
      QvbrSettings: { QvbrQualityLevel: 7 },
      GopSize: 2,
      GopSizeUnits: "SECONDS",
    });
  });

  it("has audio in every rendition, and none in the thumbnails", () => {
    const { hls, thumbnails } = groupsFor(source());
    const bitrates = hls?.Outputs?.map(
      ({ AudioDescriptions }) => AudioDescriptions?.[0]?.CodecSettings?.AacSettings?.Bitrate,
    );
    expect(bitrates).toEqual([128_000, 128_000, 128_000, 128_000, 128_000, 64_000]);
    expect(thumbnails?.Outputs?.[0]).not.toHaveProperty("AudioDescriptions");
  });

  it("asks for no audio where there is none", () => {
    const request = requestFor(source({ hasAudio: false }));
    expect(JSON.stringify(request)).not.toContain("Audio");
  });

  describe("of two languages", () => {
    const facts = source({
      tracks: [
        { type: "audio", number: 1, codec: "AAC", language: "en" },
        { type: "audio", number: 2, codec: "AAC", language: "ja", default: true },
      ],
    });
    const requestIn = (packaging: Packaging, options: StreamOptions = {}) =>
      jobRequest(orderOf(facts, JOB_ID, undefined, false, { packaging, ...options }), SITE);
    const groupIn = (packaging: Packaging, options?: StreamOptions) => {
      const [group] = requestIn(packaging, options).Settings?.OutputGroups ?? [];
      const outputs = group?.Outputs ?? [];
      return {
        settings: group?.OutputGroupSettings,
        videos: outputs.filter(({ VideoDescription }) => VideoDescription),
        sounds: outputs.filter(({ VideoDescription }) => !VideoDescription),
      };
    };

    it("selects both tracks", () => {
      expect(requestIn("hls").Settings?.Inputs?.[0]?.AudioSelectors).toMatchObject({
        "Audio Selector 1": { Tracks: [1] },
        "Audio Selector 2": { Tracks: [2] },
      });
    });

    it("stores each once, in files of their own that every rendition plays with", () => {
      const { videos, sounds } = groupIn("hls");
      for (const { AudioDescriptions, OutputSettings } of videos) {
        expect(AudioDescriptions).toBeUndefined();
        expect(OutputSettings?.HlsSettings?.AudioRenditionSets).toBe("audio");
      }
      expect(sounds).toMatchObject([
        {
          NameModifier: "_audio1",
          AudioDescriptions: [
            { AudioSourceName: "Audio Selector 1", CustomLanguageCode: "en", StreamName: "English" },
          ],
          OutputSettings: {
            HlsSettings: { AudioGroupId: "audio", AudioTrackType: "ALTERNATE_AUDIO_AUTO_SELECT" },
          },
        },
        {
          NameModifier: "_audio2",
          AudioDescriptions: [
            { AudioSourceName: "Audio Selector 2", CustomLanguageCode: "ja", StreamName: "Japanese" },
          ],
          OutputSettings: {
            HlsSettings: { AudioGroupId: "audio", AudioTrackType: "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT" },
          },
        },
      ]);
    });

    it("becomes one set of segments with two manifests in CMAF, one track in each output", () => {
      const { settings, videos, sounds } = groupIn("cmaf");
      expect(settings).toMatchObject({
        Type: "CMAF_GROUP_SETTINGS",
        CmafGroupSettings: {
          Destination: `s3://processed/${JOB_ID}/main`,
          WriteHlsManifest: "ENABLED",
          WriteDashManifest: "ENABLED",
          SegmentLength: 6,
          FragmentLength: 2,
        },
      });
      expect(videos.map(({ ContainerSettings }) => ContainerSettings?.CmfcSettings)).toEqual([
        ...Array.from({ length: 5 }, () => ({ AudioRenditionSets: "audio", IFrameOnlyManifest: "EXCLUDE" })),
        { AudioRenditionSets: "audio", IFrameOnlyManifest: "INCLUDE" },
      ]);
      expect(sounds).toMatchObject([
        {
          NameModifier: "_audio1",
          ContainerSettings: { Container: "CMFC", CmfcSettings: { AudioGroupId: "audio" } },
        },
        {
          NameModifier: "_audio2",
          ContainerSettings: {
            CmfcSettings: { AudioTrackType: "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT" },
          },
        },
      ]);
      for (const output of videos) expect(output).not.toHaveProperty("AudioDescriptions");
    });

    it.each(["hls", "cmaf"] as const)("is normalized to the loudness of the settings, in %s", (packaging) => {
      const { sounds } = groupIn(packaging, { loudnessTargetLkfs: -24 });
      expect(
        sounds.map(({ AudioDescriptions }) => AudioDescriptions?.[0]?.AudioNormalizationSettings),
      ).toEqual(
        Array.from({ length: 2 }, () => ({
          Algorithm: "ITU_BS_1770_4",
          AlgorithmControl: "CORRECT_AUDIO",
          TargetLkfs: -24,
        })),
      );
    });
  });

  it("captures frames at the thumbnails' interval", () => {
    const { thumbnails } = groupsFor(source({ durationSeconds: 2.5 }));
    const video = thumbnails?.Outputs?.[0]?.VideoDescription;
    // Every half second is 2 frames in 1 second.
    expect(video?.CodecSettings?.FrameCaptureSettings).toEqual({
      FramerateNumerator: 2,
      FramerateDenominator: 1,
      MaxCaptures: 1000,
      Quality: 80,
    });
    expect(video).toMatchObject({ Width: 640, Height: 360 });
  });

  it.each([
    [{}, ["Deinterlacer"]],
    [{ hdrTransfer: "PQ" as const }, ["Deinterlacer", "ColorCorrector"]],
    [{ hdrTransfer: "HLG" as const, interlaced: true }, ["Deinterlacer", "ColorCorrector"]],
  ])("prepares the picture of a source with %j by %j, in every output", (facts, preprocessors) => {
    const { hls, thumbnails } = groupsFor(source(facts));
    for (const output of [...(hls?.Outputs ?? []), ...(thumbnails?.Outputs ?? [])]) {
      expect(Object.keys(output.VideoDescription?.VideoPreprocessors ?? {})).toEqual(preprocessors);
    }
  });

  it("deinterlaces what isn't tagged as progressive, and gives each field a frame only where that doubles the rate", () => {
    const facts = source({ interlaced: true });
    const outputs = requestFor(facts, undefined, undefined, true).Settings?.OutputGroups?.flatMap(
      ({ Outputs = [] }) => Outputs,
    );
    expect(
      outputs?.map(({ NameModifier, VideoDescription }) => [
        NameModifier,
        VideoDescription?.CodecSettings?.H264Settings?.FramerateNumerator,
        VideoDescription?.VideoPreprocessors?.Deinterlacer,
      ]),
    ).toEqual([
      ...["_540p", "_1080p", "_720p"].map((name) => [name, 50, deinterlacer("LINEAR_INTERPOLATION")]),
      ...["_432p", "_360p", "_234p"].map((name) => [name, 25, deinterlacer("INTERPOLATE")]),
      ["_thumb", undefined, deinterlacer("INTERPOLATE")],
    ]);
  });

  it.each([
    [{ hdrTransfer: "PQ" as const, primaries: "BT2020" as const }, "VIBRANT"],
    [{ hdrTransfer: "PQ" as const, primaries: "P3" as const }, "VIBRANT"],
    [{ hdrTransfer: "HLG" as const }, "PRESERVE_DETAILS"],
    [{ primaries: "P3" as const }, "PRESERVE_DETAILS"],
    [{ primaries: "BT2020" as const }, undefined],
    [{}, undefined],
  ])("converts the colors of a source with %j with %s, in every output", (facts, HdrToSdrToneMapper) => {
    const { hls, thumbnails } = groupsFor(source(facts));
    for (const output of [...(hls?.Outputs ?? []), ...(thumbnails?.Outputs ?? [])]) {
      expect(output.VideoDescription?.VideoPreprocessors?.ColorCorrector).toEqual(
        HdrToSdrToneMapper && { ColorSpaceConversion: "FORCE_709", HdrToSdrToneMapper },
      );
    }
  });

  it.each([
    [25, 25, 1],
    [30.06, 30, 1],
    [22.1, 30, 1],
    [undefined, 30, 1],
    [29.97, 30_000, 1001],
  ])("of %s frames per second specifies its outputs' rate", (frameRate, numerator, denominator) => {
    const { hls } = groupsFor(source({ frameRate }));
    for (const output of hls?.Outputs ?? []) {
      expect(output.VideoDescription?.CodecSettings?.H264Settings).toMatchObject({
        FramerateControl: "SPECIFIED",
        FramerateNumerator: numerator,
        FramerateDenominator: denominator,
      });
    }
  });

  it("follows both for every packaging and choice of sound", () => {
    fc.assert(
      fc.property(anySource, anyAudioTracks, anyStreamOptions, (facts, tracks, options) => {
        const request = jobRequest(orderOf({ ...facts, tracks }, JOB_ID, undefined, false, options), SITE);
        expect(violationsOf(request)).toEqual([]);
        expect(() => checkCreateJobRequest(onWire(request))).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it("follows the service's own model, and the local MediaConvert's rules, for every source and ladder", () => {
    fc.assert(
      fc.property(anySource, anyLadder, anyKey, fc.boolean(), (facts, ladder, key, fieldDoubling) => {
        const request = requestFor(facts, `s3://raw/${key}`, ladder, fieldDoubling);
        expect(violationsOf(request)).toEqual([]);
        expect(() => checkCreateJobRequest(onWire(request))).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [{ Height: 8194 }, "VideoDescription/Height: 8194 is above 8192"],
    [{ Widht: 640 }, "VideoDescription: no member Widht"],
    [{ ScalingBehavior: "SQUEEZE" }, "ScalingBehavior: not one of"],
    [{ Width: "640" }, "Width: not an integer"],
    [{ CodecSettings: { Av1Settings: { GopSize: -1 } } }, "GopSize: -1 is below 0"],
    [{ TimecodeTrack: "X", VideoPreprocessors: [] }, "VideoPreprocessors: not a structure"],
  ])("would violate the model with %j", (fault, violation) => {
    const request = requestFor(source());
    Object.assign(request.Settings?.OutputGroups?.[0]?.Outputs?.[0]?.VideoDescription ?? {}, fault);
    expect(violationsOf(request).join("\n")).toContain(violation);
  });

  it.each([
    [{ Role: undefined }, ": lacks Role"],
    [{ Settings: { Inputs: {} } }, "/Settings/Inputs: not a list"],
    [{ Settings: { Inputs: [{ FileInput: "file:///etc/passwd" }] } }, "FileInput: doesn't match"],
  ])("would violate the model with %j", (fault, violation) => {
    expect(violationsOf({ ...requestFor(source()), ...fault }).join("\n")).toContain(violation);
  });
});

const anyStreamOptions: fc.Arbitrary<StreamOptions> = fc.record({
  packaging: fc.constantFrom("hls", "cmaf"),
  keepsSurround: fc.boolean(),
  progressiveManifest: fc.boolean(),
  loudnessTargetLkfs: fc.constantFrom(undefined, -24, -59),
});

const anyLadder = fc
  .tuple(fc.constantFrom(234, 1080, 2160), fc.boolean())
  .map(([maxHeightPx, cellular]) => ladderUpTo(maxHeightPx, { cellular }));

const deinterlacer = (Algorithm: string) => ({ Algorithm, Mode: "ADAPTIVE", Control: "NORMAL" });

const anyKey = fc.string({ minLength: 1, maxLength: 200 }).map((key) => `${key.replaceAll("/", "")}.mp4`);

/** The SDK's member names to those that it sends; keys of maps stay. */
function onWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(onWire);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [
        name.replace(/^[A-Z](?=\w*$)/, (first) => first.toLowerCase()),
        onWire(member),
      ]),
  );
}

describe.each(["hls", "cmaf"] as const)("a job in %s with captions", (packaging) => {
  const captions: CaptionRendition[] = [
    { language: "ja", kind: "subtitles", from: { url: "s3://raw/夏 1.ja.vtt", format: "WebVTT" } },
    { language: "es-419", kind: "sdh", from: { url: "s3://raw/a.es-419.sdh.srt", format: "SRT" } },
    { language: "zh-Hant", kind: "forced", from: { url: "s3://raw/a.zh-Hant.forced.ttml", format: "TTML" } },
    ...embeddedCaptionsOf(source({ tracks: [{ type: "captions", codec: "C608", language: "en" }] }), []),
  ];
  const order = orderOf(source(), JOB_ID, undefined, undefined, { packaging });
  const request = jobRequest({ ...order, captions }, SITE);
  const described = request.Settings?.OutputGroups?.[0]?.Outputs?.flatMap(
    ({ CaptionDescriptions = [] }) => CaptionDescriptions,
  );

  it("holds against the service's model and the local contract", () => {
    expect(violationsOf(request)).toEqual([]);
    expect(() => checkCreateJobRequest(onWire(request))).not.toThrow();
  });

  it.each([
    ["in a track of their own", undefined, "ANCILLARY"],
    ["in the picture's stream", true, "EMBEDDED"],
  ] as const)("reads those of the source %s", (_where, inPicture, type) => {
    const embedded = embeddedCaptionsOf(
      source({ tracks: [{ type: "captions", codec: "C608", inPicture }] }),
      [],
    );
    const asked = jobRequest({ ...order, captions: embedded }, SITE);
    expect(violationsOf(asked)).toEqual([]);
    expect(() => checkCreateJobRequest(onWire(asked))).not.toThrow();
    const [selector] = Object.values(asked.Settings?.Inputs?.[0]?.CaptionSelectors ?? {});
    expect(selector?.SourceSettings?.SourceType).toBe(type);
  });

  it("has an output for each, by language and kind, which copies WebVTT as it is", () => {
    const settings = described?.map((one) => [
      one.CustomLanguageCode,
      one.LanguageDescription,
      one.DestinationSettings?.WebvttDestinationSettings?.Accessibility,
      one.DestinationSettings?.WebvttDestinationSettings?.StylePassthrough,
    ]);
    expect(settings).toEqual([
      ["ja", "日本語", "DISABLED", "STRICT"],
      ["es", "español latinoamericano (SDH)", "ENABLED", "ENABLED"],
      ["zh-Hant", expect.stringMatching(/ \(forced\)$/), "DISABLED", "ENABLED"],
      ["en", "English (SDH)", "ENABLED", "ENABLED"],
    ]);
  });
});
