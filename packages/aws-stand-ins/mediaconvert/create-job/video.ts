import {
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
  ScalingBehavior,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { integer, must, oneOf, onlyInteger } from "./members";

const side = integer(32, 8192).multipleOf(2);

export const picture = {
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

export const videoDescription = z.strictObject({
  ...picture,
  codecSettings: z.strictObject({ codec: must("H_264"), h264Settings }),
});

export type VideoDescription = z.infer<typeof videoDescription>;
