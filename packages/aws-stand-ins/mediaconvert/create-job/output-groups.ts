import {
  AacCodecProfile,
  AacCodingMode,
  AudioCodec,
  AudioLanguageCodeControl,
  ColorSpaceConversion,
  DeinterlaceAlgorithm,
  DeinterlacerControl,
  DeinterlacerMode,
  H264CodecLevel,
  H264CodecProfile,
  H264FramerateControl,
  H264FramerateConversionAlgorithm,
  H264GopSizeUnits,
  H264ParControl,
  H264QualityTuningLevel,
  H264RateControlMode,
  H264SceneChangeDetect,
  HDRToSDRToneMapper,
  HlsCaptionLanguageSetting,
  HlsCodecSpecification,
  HlsDirectoryStructure,
  HlsIFrameOnlyManifest,
  HlsManifestDurationFormat,
  HlsSegmentControl,
  HlsSegmentLengthControl,
  HlsTargetDurationCompatibilityMode,
  OutputGroupType,
  ScalingBehavior,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { hasTileSettings, imageTrickPlay, TILE_SETTINGS_MISSING } from "./image-trick-play";
import { integer, must, oneOf, onlyInteger, outputName } from "./members";

const side = integer(32, 8192).multipleOf(2);

const picture = {
  width: side,
  height: side,
  scalingBehavior: oneOf(ScalingBehavior, "FIT_NO_UPSCALE", "STRETCH_TO_OUTPUT"),
  videoPreprocessors: z
    .strictObject({
      colorCorrector: z
        .strictObject({
          colorSpaceConversion: oneOf(ColorSpaceConversion, "FORCE_709"),
          hdrToSdrToneMapper: oneOf(HDRToSDRToneMapper, "PRESERVE_DETAILS", "VIBRANT"),
        })
        .optional(),
      deinterlacer: z
        .strictObject({
          algorithm: oneOf(DeinterlaceAlgorithm, "INTERPOLATE", "LINEAR_INTERPOLATION"),
          control: oneOf(DeinterlacerControl, "NORMAL"),
          mode: oneOf(DeinterlacerMode, "ADAPTIVE"),
        })
        .optional(),
    })
    .optional(),
};

/** What the service says of QVBR without a maximum. */
const RATE_CONTROL =
  "Your job contains values for the following settings that are incompatible: Rate control mode, Bitrate, and Max bitrate";

const h264Settings = z
  .strictObject({
    codecLevel: oneOf(H264CodecLevel, "AUTO").optional(),
    codecProfile: oneOf(H264CodecProfile, "HIGH", "MAIN"),
    framerateControl: oneOf(H264FramerateControl, "INITIALIZE_FROM_SOURCE", "SPECIFIED"),
    framerateConversionAlgorithm: oneOf(H264FramerateConversionAlgorithm, "DUPLICATE_DROP").optional(),
    framerateDenominator: integer(1).optional(),
    framerateNumerator: integer(1).optional(),
    gopClosedCadence: onlyInteger(1, 0).optional(),
    gopSize: z
      .number()
      .min(0)
      .refine((size) => size > 0, "The local MediaConvert doesn't support 0"),
    gopSizeUnits: oneOf(H264GopSizeUnits, "SECONDS"),
    maxBitrate: z
      .int({ error: ({ input }) => (input === undefined ? RATE_CONTROL : undefined) })
      .min(1000)
      .max(1_152_000_000),
    minIInterval: onlyInteger(0, 0, 30).optional(),
    parControl: oneOf(H264ParControl, "SPECIFIED"),
    parDenominator: onlyInteger(1, 1),
    parNumerator: onlyInteger(1, 1),
    qualityTuningLevel: oneOf(H264QualityTuningLevel, "SINGLE_PASS_HQ").optional(),
    qvbrSettings: z.strictObject({ qvbrQualityLevel: integer(1, 10) }),
    rateControlMode: oneOf(H264RateControlMode, "QVBR"),
    sceneChangeDetect: oneOf(H264SceneChangeDetect, "TRANSITION_DETECTION").optional(),
  })
  .refine(
    ({ framerateControl, framerateNumerator, framerateDenominator }) =>
      framerateControl !== "SPECIFIED" || (framerateNumerator && framerateDenominator),
    "framerateNumerator and framerateDenominator are required with framerateControl SPECIFIED",
  );

/** AAC-LC's bitrates in stereo by sample rate, as the service's refusals state them. */
const STEREO_BITRATES: Readonly<Record<number, readonly [least: number, most: number]>> = {
  44100: [64_000, 512_000],
  48000: [64_000, 576_000],
};

const aacSettings = z
  .strictObject({
    bitrate: integer(6000, 1_024_000),
    codecProfile: oneOf(AacCodecProfile, "LC").optional(),
    codingMode: oneOf(AacCodingMode, "CODING_MODE_2_0"),
    sampleRate: integer(8000, 96_000),
  })
  .superRefine(({ bitrate, sampleRate }, context) => {
    const [least, most] = STEREO_BITRATES[sampleRate] ?? [bitrate, bitrate];
    if (bitrate < least || bitrate > most)
      context.addIssue({
        code: "custom",
        path: ["bitrate"],
        message: `Specify a bitrate in the range of ${least}-${most}`,
      });
  });

const audioDescription = z.strictObject({
  audioSourceName: z.string().max(2048),
  codecSettings: z.strictObject({ codec: oneOf(AudioCodec, "AAC"), aacSettings }),
  languageCodeControl: oneOf(AudioLanguageCodeControl, "FOLLOW_INPUT").optional(),
});

const hlsOutput = z.strictObject({
  audioDescriptions: z
    .array(audioDescription)
    .refine(
      ({ length }) => length <= 1,
      "The local MediaConvert doesn't support several audio tracks in one output",
    )
    .optional(),
  containerSettings: z.strictObject({ container: must("M3U8") }),
  nameModifier: outputName.min(1).max(256),
  outputSettings: z
    .strictObject({
      hlsSettings: z.strictObject({
        iFrameOnlyManifest: oneOf(HlsIFrameOnlyManifest, "INCLUDE", "EXCLUDE").optional(),
      }),
    })
    .optional(),
  videoDescription: z.strictObject({
    ...picture,
    codecSettings: z.strictObject({ codec: must("H_264"), h264Settings }),
  }),
});

const captureOutput = z.strictObject({
  containerSettings: z.strictObject({ container: must("RAW") }),
  extension: z
    .string()
    .max(256)
    .refine((extension) => extension === "jpg", "The local MediaConvert supports only jpg")
    .optional(),
  nameModifier: outputName.min(1).max(256),
  videoDescription: z.strictObject({
    ...picture,
    codecSettings: z.strictObject({
      codec: must("FRAME_CAPTURE"),
      frameCaptureSettings: z.strictObject({
        framerateDenominator: integer(1),
        framerateNumerator: integer(1),
        maxCaptures: integer(1, 10_000_000),
        quality: integer(1, 100),
      }),
    }),
  }),
});

const destination = outputName.regex(/^s3:\/\//);

/** The service has refused a missing minSegmentLength since 2018, though its model doesn't require it. */
const hlsGroupSettings = z.strictObject({
  captionLanguageSetting: oneOf(HlsCaptionLanguageSetting, "NONE", "OMIT").optional(),
  codecSpecification: oneOf(HlsCodecSpecification, "RFC_6381"),
  destination,
  directoryStructure: oneOf(HlsDirectoryStructure, "SINGLE_DIRECTORY"),
  ...imageTrickPlay,
  manifestDurationFormat: oneOf(HlsManifestDurationFormat, "FLOATING_POINT"),
  minSegmentLength: onlyInteger(0, 0),
  segmentControl: oneOf(HlsSegmentControl, "SEGMENTED_FILES"),
  segmentLength: integer(1),
  segmentLengthControl: oneOf(HlsSegmentLengthControl, "GOP_MULTIPLE"),
  targetDurationCompatibilityMode: oneOf(HlsTargetDurationCompatibilityMode, "SPEC_COMPLIANT"),
});

/** Players and manifests tell outputs apart by their modifiers. */
function uniqueModifiers(outputs: readonly { readonly nameModifier: string }[], context: z.RefinementCtx) {
  const modifiers = outputs.map(({ nameModifier }) => nameModifier);
  for (const [index, modifier] of modifiers.entries())
    if (modifiers.indexOf(modifier) < index)
      context.addIssue({
        code: "custom",
        path: [index, "nameModifier"],
        message: `"${modifier}" is already used in this output group`,
      });
}

const name = z.string().max(2048).optional();

const hlsGroup = z.strictObject({
  name,
  outputGroupSettings: z.strictObject({
    type: oneOf(OutputGroupType, "HLS_GROUP_SETTINGS"),
    hlsGroupSettings: hlsGroupSettings.refine(hasTileSettings, TILE_SETTINGS_MISSING),
  }),
  outputs: z.array(hlsOutput).min(1).superRefine(uniqueModifiers),
});

const captureGroup = z.strictObject({
  name,
  outputGroupSettings: z.strictObject({
    type: oneOf(OutputGroupType, "FILE_GROUP_SETTINGS"),
    fileGroupSettings: z.strictObject({ destination }),
  }),
  outputs: z.array(captureOutput).min(1).superRefine(uniqueModifiers),
});

/** The output groups by their type: adaptive streams, and frames captured at an interval. */
export const outputGroup = z.union([hlsGroup, captureGroup]);

export type HlsGroup = z.infer<typeof hlsGroup>;
export type HlsOutput = z.infer<typeof hlsOutput>;
export type CaptureGroup = z.infer<typeof captureGroup>;
export type CaptureOutput = z.infer<typeof captureOutput>;
export type OutputGroup = HlsGroup | CaptureGroup;

export const isHls = (group: OutputGroup): group is HlsGroup =>
  group.outputGroupSettings.type === "HLS_GROUP_SETTINGS";
