import {
  H264AdaptiveQuantization,
  H264CodecLevel,
  H264CodecProfile,
  H264DynamicSubGop,
  H264EntropyEncoding,
  H264FlickerAdaptiveQuantization,
  H264FramerateControl,
  H264FramerateConversionAlgorithm,
  H264GopBReference,
  H264GopSizeUnits,
  H264InterlaceMode,
  H264ParControl,
  H264QualityTuningLevel,
  H264RateControlMode,
  H264RepeatPps,
  H264SceneChangeDetect,
  H264SlowPal,
  H264SpatialAdaptiveQuantization,
  H264Syntax,
  H264Telecine,
  H264TemporalAdaptiveQuantization,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { bitrate, integer, rational } from "./numbers";

const qvbrSettings = z
  .looseObject({
    maxAverageBitrate: bitrate,
    qvbrQualityLevel: z.int().min(1).max(10),
    qvbrQualityLevelFineTune: z.number().min(0).max(1),
  })
  .partial();

export const h264Settings = z
  .looseObject({
    ...rational("framerate"),
    ...rational("par"),
    adaptiveQuantization: z.enum(H264AdaptiveQuantization),
    bitrate,
    codecLevel: z.enum(H264CodecLevel),
    codecProfile: z.enum(H264CodecProfile),
    dynamicSubGop: z.enum(H264DynamicSubGop),
    entropyEncoding: z.enum(H264EntropyEncoding),
    flickerAdaptiveQuantization: z.enum(H264FlickerAdaptiveQuantization),
    framerateControl: z.enum(H264FramerateControl),
    framerateConversionAlgorithm: z.enum(H264FramerateConversionAlgorithm),
    gopBReference: z.enum(H264GopBReference),
    gopClosedCadence: integer(0),
    gopSize: z.number().min(0),
    gopSizeUnits: z.enum(H264GopSizeUnits),
    hrdBufferFinalFillPercentage: integer(0, 100),
    hrdBufferInitialFillPercentage: integer(0, 100),
    hrdBufferSize: integer(0, 1_152_000_000),
    interlaceMode: z.enum(H264InterlaceMode),
    maxBitrate: bitrate,
    minIInterval: integer(0, 30),
    numberBFramesBetweenReferenceFrames: integer(0, 7),
    numberReferenceFrames: integer(1, 6),
    parControl: z.enum(H264ParControl),
    qualityTuningLevel: z.enum(H264QualityTuningLevel),
    qvbrSettings,
    rateControlMode: z.enum(H264RateControlMode),
    repeatPps: z.enum(H264RepeatPps),
    sceneChangeDetect: z.enum(H264SceneChangeDetect),
    slices: integer(1, 32),
    slowPal: z.enum(H264SlowPal),
    softness: integer(0, 128),
    spatialAdaptiveQuantization: z.enum(H264SpatialAdaptiveQuantization),
    syntax: z.enum(H264Syntax),
    telecine: z.enum(H264Telecine),
    temporalAdaptiveQuantization: z.enum(H264TemporalAdaptiveQuantization),
  })
  .partial();

export type H264Settings = z.infer<typeof h264Settings>;
