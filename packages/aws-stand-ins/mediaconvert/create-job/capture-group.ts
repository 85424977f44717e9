import { OutputGroupType } from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { destination, groupName, integer, must, oneOf, outputName, uniqueModifiers } from "./members";
import { picture } from "./video";

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

export const captureGroup = z.strictObject({
  name: groupName,
  outputGroupSettings: z.strictObject({
    type: oneOf(OutputGroupType, "FILE_GROUP_SETTINGS"),
    fileGroupSettings: z.strictObject({ destination }),
  }),
  outputs: z.array(captureOutput).min(1).superRefine(uniqueModifiers),
});

export type CaptureGroup = z.infer<typeof captureGroup>;
export type CaptureOutput = z.infer<typeof captureOutput>;
