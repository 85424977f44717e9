import {
  HlsAudioOnlyContainer,
  HlsCaptionLanguageSetting,
  HlsCaptionSegmentLengthControl,
  HlsCodecSpecification,
  HlsDirectoryStructure,
  HlsManifestDurationFormat,
  HlsProgressiveWriteHlsManifest,
  HlsSegmentControl,
  HlsSegmentLengthControl,
  HlsTargetDurationCompatibilityMode,
  OutputGroupType,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { hasTileSettings, imageTrickPlay, TILE_SETTINGS_MISSING } from "./image-trick-play";
import { destination, groupName, integer, must, oneOf, onlyInteger, uniqueModifiers } from "./members";
import { checkRenditions, essences, hasCaptions, isAudioOnly, renditionSettings } from "./stream-output";

const hlsOutput = z.strictObject({
  ...essences,
  containerSettings: z.strictObject({ container: must("M3U8") }),
  outputSettings: z
    .strictObject({
      hlsSettings: z.strictObject({
        ...renditionSettings,
        audioOnlyContainer: oneOf(HlsAudioOnlyContainer, "M2TS").optional(),
      }),
    })
    .optional(),
});

/** The service has refused a missing minSegmentLength since 2018, though its model doesn't require it. */
const hlsGroupSettings = z.strictObject({
  captionLanguageSetting: oneOf(HlsCaptionLanguageSetting, "NONE", "OMIT").optional(),
  captionSegmentLengthControl: oneOf(
    HlsCaptionSegmentLengthControl,
    "MATCH_VIDEO",
    "LARGE_SEGMENTS",
  ).optional(),
  codecSpecification: oneOf(HlsCodecSpecification, "RFC_6381"),
  destination,
  directoryStructure: oneOf(HlsDirectoryStructure, "SINGLE_DIRECTORY"),
  ...imageTrickPlay,
  manifestDurationFormat: oneOf(HlsManifestDurationFormat, "FLOATING_POINT"),
  minSegmentLength: onlyInteger(0, 0),
  progressiveWriteHlsManifest: oneOf(HlsProgressiveWriteHlsManifest, "ENABLED", "DISABLED").optional(),
  segmentControl: oneOf(HlsSegmentControl, "SEGMENTED_FILES"),
  segmentLength: integer(1),
  segmentLengthControl: oneOf(HlsSegmentLengthControl, "GOP_MULTIPLE"),
  targetDurationCompatibilityMode: oneOf(HlsTargetDurationCompatibilityMode, "SPEC_COMPLIANT"),
});

export const hlsGroup = z
  .strictObject({
    name: groupName,
    outputGroupSettings: z.strictObject({
      type: oneOf(OutputGroupType, "HLS_GROUP_SETTINGS"),
      hlsGroupSettings: hlsGroupSettings.refine(hasTileSettings, TILE_SETTINGS_MISSING),
    }),
    outputs: z.array(hlsOutput).min(1).superRefine(uniqueModifiers).superRefine(checkOutputs),
  })
  .superRefine(({ outputGroupSettings: { hlsGroupSettings: settings }, outputs }, context) => {
    if (outputs.some(hasCaptions) && settings.captionSegmentLengthControl === undefined)
      context.addIssue({
        code: "custom",
        path: ["outputGroupSettings", "hlsGroupSettings"],
        message:
          "The local MediaConvert needs captionSegmentLengthControl for captions: it doesn't apply the service's default",
      });
  });

function checkOutputs(outputs: readonly z.infer<typeof hlsOutput>[], context: z.RefinementCtx) {
  const path = ["outputSettings", "hlsSettings"];
  const settingsAt = (index: number) => outputs[index]?.outputSettings?.hlsSettings ?? {};
  checkRenditions(outputs, (index) => ({ path, settings: settingsAt(index) }), context);
  for (const [index, output] of outputs.entries())
    if (isAudioOnly(output) && output.outputSettings?.hlsSettings.audioOnlyContainer === undefined)
      context.addIssue({
        code: "custom",
        path: [index, ...path],
        message: "The local MediaConvert needs audioOnlyContainer: it doesn't apply the service's default",
      });
}

export type HlsGroup = z.infer<typeof hlsGroup>;
