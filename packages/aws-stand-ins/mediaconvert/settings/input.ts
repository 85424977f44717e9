import {
  AudioDefaultSelection,
  AudioSelectorType,
  ColorSpace,
  ColorSpaceUsage,
  InputDeblockFilter,
  InputDenoiseFilter,
  InputFilterEnable,
  InputPsiControl,
  InputRotate,
  InputScanType,
  InputTimecodeSource,
  LanguageCode,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { integer } from "./numbers";

const audioSelector = z
  .looseObject({
    customLanguageCode: z.string().regex(/^[A-Za-z]{3}$/),
    defaultSelection: z.enum(AudioDefaultSelection),
    languageCode: z.enum(LanguageCode),
    offset: z.int(),
    pids: z.array(integer(1)),
    programSelection: integer(0, 8),
    selectorType: z.enum(AudioSelectorType),
    tracks: z.array(integer(1)),
  })
  .partial();

const videoSelector = z
  .looseObject({
    colorSpace: z.enum(ColorSpace),
    colorSpaceUsage: z.enum(ColorSpaceUsage),
    maxLuminance: integer(0),
    pid: integer(1),
    rotate: z.enum(InputRotate),
  })
  .partial();

export const input = z
  .looseObject({
    audioSelectors: z.record(z.string(), audioSelector),
    deblockFilter: z.enum(InputDeblockFilter),
    denoiseFilter: z.enum(InputDenoiseFilter),
    fileInput: z
      .string()
      .max(2048)
      .regex(/^s3:\/\/([^/]+\/+)+((([^/]*)))|^https?:\/\/[^/].*[^&]$/),
    filterEnable: z.enum(InputFilterEnable),
    filterStrength: integer(0, 5),
    inputScanType: z.enum(InputScanType),
    programNumber: integer(1),
    psiControl: z.enum(InputPsiControl),
    timecodeSource: z.enum(InputTimecodeSource),
    timecodeStart: z.string().regex(/^((([0-1]\d)|(2[0-3]))(:[0-5]\d){2}([:;][0-5]\d))$/),
    videoSelector,
  })
  .partial();
