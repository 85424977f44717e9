import {
  AfdSignaling,
  AntiAlias,
  ColorMetadata,
  ColorSpaceConversion,
  DeinterlaceAlgorithm,
  DeinterlacerControl,
  DeinterlacerMode,
  HDRToSDRToneMapper,
  RespondToAfd,
  SampleRangeConversion,
  ScalingBehavior,
  VideoCodec,
  VideoTimecodeInsertion,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { h264Settings } from "./h264";
import { integer, rational } from "./numbers";

const side = integer(32, 8192).multipleOf(2);
const evenPixels = integer(0).multipleOf(2);

/** Of crop and position. */
const rectangle = z
  .looseObject({
    height: evenPixels.min(2),
    width: evenPixels.min(2),
    x: evenPixels,
    y: evenPixels,
  })
  .partial();

const frameCaptureSettings = z
  .looseObject({
    ...rational("framerate"),
    maxCaptures: integer(1, 10_000_000),
    quality: integer(1, 100),
  })
  .partial();

const colorCorrector = z
  .looseObject({
    brightness: integer(1, 100),
    colorSpaceConversion: z.enum(ColorSpaceConversion),
    contrast: integer(1, 100),
    hdrToSdrToneMapper: z.enum(HDRToSDRToneMapper),
    hue: integer(-180, 180),
    maxLuminance: integer(0),
    sampleRangeConversion: z.enum(SampleRangeConversion),
    saturation: integer(1, 100),
    sdrReferenceWhiteLevel: integer(100, 1000),
  })
  .partial();

const deinterlacer = z
  .looseObject({
    algorithm: z.enum(DeinterlaceAlgorithm),
    control: z.enum(DeinterlacerControl),
    mode: z.enum(DeinterlacerMode),
  })
  .partial();

const codecSettings = z.looseObject({
  codec: z.enum(VideoCodec),
  h264Settings: h264Settings.optional(),
  frameCaptureSettings: frameCaptureSettings.optional(),
});

export const videoDescription = z
  .looseObject({
    afdSignaling: z.enum(AfdSignaling),
    antiAlias: z.enum(AntiAlias),
    codecSettings,
    colorMetadata: z.enum(ColorMetadata),
    crop: rectangle,
    fixedAfd: integer(0, 15),
    height: side,
    position: rectangle,
    respondToAfd: z.enum(RespondToAfd),
    scalingBehavior: z.enum(ScalingBehavior),
    sharpness: integer(0, 100),
    timecodeInsertion: z.enum(VideoTimecodeInsertion),
    videoPreprocessors: z.looseObject({ colorCorrector, deinterlacer }).partial(),
    width: side,
  })
  .partial();

export type VideoDescription = z.infer<typeof videoDescription>;
