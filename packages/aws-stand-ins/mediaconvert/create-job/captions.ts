import {
  AncillaryTerminateCaptions,
  CaptionDestinationType,
  CaptionSourceType,
  EmbeddedTerminateCaptions,
  LanguageCode,
  WebvttAccessibilitySubs,
  WebvttStylePassthrough,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { integer, oneOf, onlyInteger } from "./members";

/** The pattern of the service's model, as far as it concerns objects of S3 in these formats. */
const sourceFile = z
  .string()
  .min(14)
  .regex(/^s3:\/\/.*\.(vtt|VTT|webvtt|WEBVTT|srt|SRT|ttml|TTML|dfxp|DFXP|xml|XML)$/);

/** ffmpeg decodes one channel of each field. */
const channel608 = integer(1, 4).refine(
  (channel) => channel === 1 || channel === 3,
  "The local MediaConvert supports only channels 1 and 3",
);

/** Which settings say more of a source. */
const SETTINGS_OF = {
  WEBVTT: "fileSourceSettings",
  SRT: "fileSourceSettings",
  TTML: "fileSourceSettings",
  EMBEDDED: "embeddedSourceSettings",
  ANCILLARY: "ancillarySourceSettings",
} as const;

const sourceSettings = z
  .strictObject({
    ancillarySourceSettings: z
      .strictObject({
        sourceAncillaryChannelNumber: channel608,
        terminateCaptions: oneOf(AncillaryTerminateCaptions, "END_OF_INPUT").optional(),
      })
      .optional(),
    embeddedSourceSettings: z
      .strictObject({
        source608ChannelNumber: channel608,
        source608TrackNumber: onlyInteger(1, 1, 1).optional(),
        terminateCaptions: oneOf(EmbeddedTerminateCaptions, "END_OF_INPUT").optional(),
      })
      .optional(),
    fileSourceSettings: z.strictObject({ sourceFile }).optional(),
    sourceType: oneOf(CaptionSourceType, "WEBVTT", "SRT", "TTML", "EMBEDDED", "ANCILLARY"),
  })
  .superRefine((settings, context) => {
    const name = SETTINGS_OF[settings.sourceType];
    if (settings[name] === undefined)
      context.addIssue({ code: "custom", message: `${name} is required with ${settings.sourceType}` });
  });

export const captionSelector = z.strictObject({ sourceSettings });

export type CaptionSelector = z.infer<typeof captionSelector>;

export const captionDescription = z.strictObject({
  captionSelectorName: z.string().min(1),
  customLanguageCode: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z-]+)?$/)
    .optional(),
  destinationSettings: z.strictObject({
    destinationType: oneOf(CaptionDestinationType, "WEBVTT"),
    webvttDestinationSettings: z
      .strictObject({
        accessibility: oneOf(WebvttAccessibilitySubs, "ENABLED", "DISABLED").optional(),
        stylePassthrough: oneOf(WebvttStylePassthrough, "STRICT", "ENABLED", "DISABLED").optional(),
      })
      .optional(),
  }),
  languageCode: z.enum(LanguageCode).optional(),
  languageDescription: z.string(),
});

export type CaptionDescription = z.infer<typeof captionDescription>;
