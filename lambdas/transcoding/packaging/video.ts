import type { H264Settings, VideoDescription } from "@aws-sdk/client-mediaconvert";
import type { LadderRendition } from "../ladder";
import { pictureSettings } from "../picture";
import type { SourceFacts } from "../source-facts";

/** Apple's HLS authoring specification: a key frame every 2 s. */
export const GOP_SECONDS = 2;

export function videoDescription(rendition: LadderRendition, source: SourceFacts): VideoDescription {
  return {
    ...pictureSettings(rendition, source),
    CodecSettings: { Codec: "H_264", H264Settings: h264Settings(rendition) },
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
