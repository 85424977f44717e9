import type { AudioDescription, H264Settings, Output, OutputGroup } from "@aws-sdk/client-mediaconvert";
import { reducedFrameRate } from "./frame-rate";
import type { LadderRendition } from "./ladder";
import { renditionModifier } from "./output-location";
import { pictureProcessingFor } from "./picture-processing";
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
        // Rounds up to whole GOPs: 6.006 s at 29.97 frames per second, instead of extra key frames.
        SegmentLengthControl: "GOP_MULTIPLE",
        // CreateJob refuses an HLS group without it.
        MinSegmentLength: 0,
        DirectoryStructure: "SINGLE_DIRECTORY",
        ManifestDurationFormat: "FLOATING_POINT",
        // Otherwise the target duration of 6 s segments is written as 7.
        TargetDurationCompatibilityMode: "SPEC_COMPLIANT",
      },
    },
    Outputs: renditions.map((rendition) => hlsOutput(rendition, source)),
  };
}

function hlsOutput(rendition: LadderRendition, source: SourceFacts): Output {
  return {
    NameModifier: renditionModifier(rendition.name),
    ContainerSettings: { Container: "M3U8" },
    VideoDescription: {
      Width: rendition.widthPx,
      Height: rendition.heightPx,
      // The size already has the source's shape. Should the probe have got it wrong, the picture is made
      // smaller to fit, instead of getting bars, being stretched, or being paid for larger than it is.
      ScalingBehavior: "FIT_NO_UPSCALE",
      VideoPreprocessors: pictureProcessingFor(source),
      CodecSettings: { Codec: "H_264", H264Settings: h264Settings(rendition, source) },
    },
    ...(source.hasAudio && { AudioDescriptions: [audioDescription(rendition)] }),
  };
}

/** Profile and level are left to the encoder: a fixed level brings hidden caps on size and bitrate. */
function h264Settings(
  { maxBitrateBps, qualityLevel }: LadderRendition,
  { frameRate }: SourceFacts,
): H264Settings {
  return {
    RateControlMode: "QVBR",
    MaxBitrate: maxBitrateBps,
    QvbrSettings: { QvbrQualityLevel: qualityLevel },
    // The best quality in MediaConvert's Basic price tier; a second pass makes the job Professional.
    QualityTuningLevel: "SINGLE_PASS_HQ",
    SceneChangeDetect: "TRANSITION_DETECTION",
    ...frameRateSettings(frameRate),
    GopSize: GOP_SECONDS,
    GopSizeUnits: "SECONDS",
    GopClosedCadence: 1,
    ParControl: "SPECIFIED",
    ParNumerator: 1,
    ParDenominator: 1,
  };
}

function frameRateSettings(sourceRate: SourceFacts["frameRate"]): H264Settings {
  const reduced = reducedFrameRate(sourceRate);
  if (!reduced) return { FramerateControl: "INITIALIZE_FROM_SOURCE" };
  return {
    FramerateControl: "SPECIFIED",
    FramerateNumerator: reduced.numerator,
    FramerateDenominator: reduced.denominator,
    FramerateConversionAlgorithm: "DUPLICATE_DROP",
  };
}

function audioDescription({ audioBitrateBps }: LadderRendition): AudioDescription {
  return {
    AudioSourceName: AUDIO_SELECTOR,
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
