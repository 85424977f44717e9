import type { AudioDescription, H264Settings, Output, OutputGroup } from "@aws-sdk/client-mediaconvert";
import type { LadderRendition } from "./ladder";
import { renditionModifier } from "./output-location";
import { pictureSettings } from "./picture";
import type { SourceFacts } from "./source-facts";

/** Apple's HLS authoring specification: a key frame every 2 s, segments of 6 s. */
const GOP_SECONDS = 2;
const SEGMENT_SECONDS = 6;

/** The job's only audio selector. */
export const AUDIO_SELECTOR = "Audio Selector 1";

export function hlsOutputGroup(
  source: SourceFacts,
  renditions: readonly LadderRendition[],
  destination: string,
): OutputGroup {
  return {
    Name: "HLS",
    OutputGroupSettings: {
      Type: "HLS_GROUP_SETTINGS",
      HlsGroupSettings: {
        Destination: destination,
        SegmentControl: "SEGMENTED_FILES",
        SegmentLength: SEGMENT_SECONDS,
        // Rounds up to whole GOPs, 6.006 s at 29.97 frames per second, instead of inserting key frames.
        SegmentLengthControl: "GOP_MULTIPLE",
        // CreateJob requires it.
        MinSegmentLength: 0,
        DirectoryStructure: "SINGLE_DIRECTORY",
        ManifestDurationFormat: "FLOATING_POINT",
        // Embedded captions aren't passed; without this, players may offer a track that doesn't exist.
        CaptionLanguageSetting: "NONE",
        CodecSpecification: "RFC_6381",
        // By default the target duration of 6 s segments is written as 7.
        TargetDurationCompatibilityMode: "SPEC_COMPLIANT",
      },
    },
    Outputs: renditions.map((rendition) =>
      hlsOutput(rendition, source, rendition === smallestOf(renditions)),
    ),
  };
}

function smallestOf(renditions: readonly LadderRendition[]): LadderRendition | undefined {
  return [...renditions].sort((one, other) => one.maxBitrateBps - other.maxBitrateBps)[0];
}

/**
 * @param listsIFrames whether a playlist of I-frames is added, which Apple's HLS authoring specification requires
 *   for scrubbing (6.1). One is enough; in the smallest rendition frames load fastest.
 */
function hlsOutput(rendition: LadderRendition, source: SourceFacts, listsIFrames: boolean): Output {
  return {
    NameModifier: renditionModifier(rendition.name),
    ContainerSettings: { Container: "M3U8" },
    VideoDescription: {
      ...pictureSettings(rendition, source),
      CodecSettings: { Codec: "H_264", H264Settings: h264Settings(rendition) },
    },
    ...(source.hasAudio && { AudioDescriptions: [audioDescription(rendition)] }),
    ...(listsIFrames && { OutputSettings: { HlsSettings: { IFrameOnlyManifest: "INCLUDE" } } }),
  };
}

/** The encoder chooses the level: a fixed one caps size and bitrate without saying so. */
function h264Settings({ maxBitrateBps, qualityLevel, frameRate }: LadderRendition): H264Settings {
  return {
    CodecProfile: "HIGH",
    CodecLevel: "AUTO",
    RateControlMode: "QVBR",
    MaxBitrate: maxBitrateBps,
    QvbrSettings: { QvbrQualityLevel: qualityLevel },
    // The best quality in the Basic price tier; a second pass is charged at the Professional tier.
    QualityTuningLevel: "SINGLE_PASS_HQ",
    SceneChangeDetect: "TRANSITION_DETECTION",
    FramerateControl: "SPECIFIED",
    FramerateNumerator: frameRate.numerator,
    FramerateDenominator: frameRate.denominator,
    FramerateConversionAlgorithm: "DUPLICATE_DROP",
    GopSize: GOP_SECONDS,
    GopSizeUnits: "SECONDS",
    GopClosedCadence: 1,
    // By default a change of scene shortens or lengthens a GOP, differently in each rendition.
    MinIInterval: 0,
    ParControl: "SPECIFIED",
    ParNumerator: 1,
    ParDenominator: 1,
  };
}

function audioDescription({ audioBitrateBps }: LadderRendition): AudioDescription {
  return {
    AudioSourceName: AUDIO_SELECTOR,
    LanguageCodeControl: "FOLLOW_INPUT",
    CodecSettings: {
      Codec: "AAC",
      AacSettings: {
        Bitrate: audioBitrateBps,
        CodecProfile: "LC",
        CodingMode: "CODING_MODE_2_0",
        SampleRate: 48_000,
      },
    },
  };
}
