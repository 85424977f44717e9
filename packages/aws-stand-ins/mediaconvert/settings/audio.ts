import {
  AacAudioDescriptionBroadcasterMix,
  AacCodecProfile,
  AacCodingMode,
  AacRateControlMode,
  AacRawFormat,
  AacSpecification,
  AacVbrQuality,
  AudioCodec,
  AudioLanguageCodeControl,
  AudioTypeControl,
  LanguageCode,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { integer } from "./numbers";

/** The service refuses both missing members by name, though its model doesn't require them. */
const aacSettings = z.looseObject({
  audioDescriptionBroadcasterMix: z.enum(AacAudioDescriptionBroadcasterMix).optional(),
  bitrate: integer(6000, 1_024_000).optional(),
  codecProfile: z.enum(AacCodecProfile).optional(),
  codingMode: z.enum(AacCodingMode),
  rateControlMode: z.enum(AacRateControlMode).optional(),
  rawFormat: z.enum(AacRawFormat).optional(),
  sampleRate: integer(8000, 96_000),
  specification: z.enum(AacSpecification).optional(),
  vbrQuality: z.enum(AacVbrQuality).optional(),
});

export type AacSettings = z.infer<typeof aacSettings>;

export const audioDescription = z
  .looseObject({
    audioSourceName: z.string().max(2048),
    audioType: integer(0, 255),
    audioTypeControl: z.enum(AudioTypeControl),
    codecSettings: z.looseObject({ codec: z.enum(AudioCodec), aacSettings: aacSettings.optional() }),
    customLanguageCode: z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9-]+)?$/),
    languageCode: z.enum(LanguageCode),
    languageCodeControl: z.enum(AudioLanguageCodeControl),
    streamName: z.string().regex(/^[\w\s]*$/),
  })
  .partial();
