import {
  AacCodecProfile,
  AacCodingMode,
  AudioCodec,
  AudioDefaultSelection,
  AudioDurationCorrection,
  AudioLanguageCodeControl,
  AudioNormalizationAlgorithm,
  AudioNormalizationAlgorithmControl,
  AudioSelectorType,
  LanguageCode,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { integer, oneOf } from "./members";

export const audioSelector = z.strictObject({
  audioDurationCorrection: oneOf(AudioDurationCorrection, "AUTO", "DISABLED").optional(),
  defaultSelection: oneOf(AudioDefaultSelection, "DEFAULT", "NOT_DEFAULT"),
  selectorType: oneOf(AudioSelectorType, "TRACK").optional(),
  tracks: z.array(integer(1)).min(1).optional(),
});

export type AudioSelector = z.infer<typeof audioSelector>;

/** AAC-LC's bitrates in stereo by sample rate, as the service's refusals state them. */
const STEREO_BITRATES: Readonly<Record<number, readonly [least: number, most: number]>> = {
  44100: [64_000, 512_000],
  48000: [64_000, 576_000],
};

const aacSettings = z
  .strictObject({
    bitrate: integer(6000, 1_024_000),
    codecProfile: oneOf(AacCodecProfile, "LC").optional(),
    codingMode: oneOf(AacCodingMode, "CODING_MODE_2_0", "CODING_MODE_5_1"),
    sampleRate: integer(8000, 96_000),
  })
  .superRefine(({ bitrate, codingMode, sampleRate }, context) => {
    const range = codingMode === "CODING_MODE_2_0" ? STEREO_BITRATES[sampleRate] : undefined;
    const [least, most] = range ?? [bitrate, bitrate];
    if (bitrate < least || bitrate > most)
      context.addIssue({
        code: "custom",
        path: ["bitrate"],
        message: `Specify a bitrate in the range of ${least}-${most}`,
      });
  });

const remixSettings = z.strictObject({
  channelMapping: z.strictObject({
    outputChannels: z.array(z.strictObject({ inputChannels: z.array(integer(-60, 6)) })),
  }),
  channelsIn: integer(1, 64),
  channelsOut: integer(1, 64),
});

export type RemixSettings = z.infer<typeof remixSettings>;

/** The stand-in corrects by ffmpeg's loudnorm, which follows the fourth edition too. */
const audioNormalizationSettings = z.strictObject({
  algorithm: oneOf(AudioNormalizationAlgorithm, "ITU_BS_1770_4"),
  algorithmControl: oneOf(AudioNormalizationAlgorithmControl, "CORRECT_AUDIO"),
  targetLkfs: z
    .number()
    .min(-59)
    .max(0)
    .refine((target) => target <= -5, "The local MediaConvert supports only -59 to -5"),
});

export const audioDescription = z
  .strictObject({
    audioNormalizationSettings: audioNormalizationSettings.optional(),
    audioSourceName: z.string().max(2048),
    codecSettings: z.strictObject({ codec: oneOf(AudioCodec, "AAC"), aacSettings }),
    customLanguageCode: z
      .string()
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9-]+)?$/)
      .optional(),
    languageCode: z.enum(LanguageCode).optional(),
    languageCodeControl: oneOf(AudioLanguageCodeControl, "FOLLOW_INPUT", "USE_CONFIGURED").optional(),
    remixSettings: remixSettings.optional(),
    /** The model's pattern; whether the service's \w includes more than ASCII isn't documented. */
    streamName: z
      .string()
      .regex(/^[\w\s]*$/)
      .optional(),
  })
  .superRefine(({ customLanguageCode, languageCode, languageCodeControl }, context) => {
    if ((customLanguageCode ?? languageCode) && !languageCodeControl)
      context.addIssue({
        code: "custom",
        message:
          "The local MediaConvert needs languageCodeControl with a language code: it doesn't apply the service's default",
      });
  });

export type AudioDescription = z.infer<typeof audioDescription>;
