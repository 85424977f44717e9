import {
  CmafCodecSpecification,
  CmafManifestDurationFormat,
  CmafMpdManifestBandwidthType,
  CmafSegmentControl,
  CmafSegmentLengthControl,
  CmafTargetDurationCompatibilityMode,
  CmafWriteDASHManifest,
  CmafWriteHLSManifest,
  CmafWriteSegmentTimelineInRepresentation,
  OutputGroupType,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { hasTileSettings, imageTrickPlay, TILE_SETTINGS_MISSING } from "./image-trick-play";
import { destination, groupName, integer, must, oneOf, uniqueModifiers } from "./members";
import { checkRenditions, essences, renditionSettings } from "./stream-output";

const cmafOutput = z.strictObject({
  ...essences,
  containerSettings: z.strictObject({
    container: must("CMFC"),
    cmfcSettings: z.strictObject(renditionSettings).optional(),
  }),
});

const cmafGroupSettings = z.strictObject({
  codecSpecification: oneOf(CmafCodecSpecification, "RFC_6381"),
  destination,
  fragmentLength: integer(1),
  ...imageTrickPlay,
  manifestDurationFormat: oneOf(CmafManifestDurationFormat, "FLOATING_POINT"),
  mpdManifestBandwidthType: oneOf(CmafMpdManifestBandwidthType, "AVERAGE", "MAX"),
  segmentControl: oneOf(CmafSegmentControl, "SEGMENTED_FILES"),
  segmentLength: integer(1),
  segmentLengthControl: oneOf(CmafSegmentLengthControl, "GOP_MULTIPLE"),
  targetDurationCompatibilityMode: oneOf(CmafTargetDurationCompatibilityMode, "SPEC_COMPLIANT"),
  writeDashManifest: oneOf(CmafWriteDASHManifest, "ENABLED"),
  writeHlsManifest: oneOf(CmafWriteHLSManifest, "ENABLED"),
  writeSegmentTimelineInRepresentation: oneOf(CmafWriteSegmentTimelineInRepresentation, "ENABLED"),
});

export const cmafGroup = z
  .strictObject({
    name: groupName,
    outputGroupSettings: z.strictObject({
      type: oneOf(OutputGroupType, "CMAF_GROUP_SETTINGS"),
      cmafGroupSettings: cmafGroupSettings.refine(hasTileSettings, TILE_SETTINGS_MISSING),
    }),
    outputs: z.array(cmafOutput).min(1).superRefine(uniqueModifiers).superRefine(checkOutputs),
  })
  .superRefine(({ outputGroupSettings: { cmafGroupSettings: settings }, outputs }, context) => {
    const lengths = outputs.flatMap(
      ({ videoDescription }) => videoDescription?.codecSettings.h264Settings ?? [],
    );
    if (lengths.some(({ gopSize }) => gopSize !== settings.fragmentLength))
      context.addIssue({
        code: "custom",
        path: ["outputGroupSettings", "cmafGroupSettings", "fragmentLength"],
        message: "The local MediaConvert supports only fragments as long as every output's gopSize",
      });
  });

/** https://docs.aws.amazon.com/mediaconvert/latest/ug/creating-streaming-outputs.html: one essence in an output */
function checkOutputs(outputs: readonly z.infer<typeof cmafOutput>[], context: z.RefinementCtx) {
  const path = ["containerSettings", "cmfcSettings"];
  const settingsAt = (index: number) => outputs[index]?.containerSettings.cmfcSettings ?? {};
  checkRenditions(outputs, (index) => ({ path, settings: settingsAt(index) }), context);
  for (const [index, { videoDescription, audioDescriptions }] of outputs.entries())
    if (videoDescription && audioDescriptions?.length)
      context.addIssue({
        code: "custom",
        path: [index, "audioDescriptions"],
        message: "Video and audio belong in separate outputs of a CMAF output group",
      });
}

export type CmafGroup = z.infer<typeof cmafGroup>;
