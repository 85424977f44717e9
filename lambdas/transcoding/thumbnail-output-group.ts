import type { OutputGroup } from "@aws-sdk/client-mediaconvert";
import { THUMBNAIL_MODIFIER } from "./output-location";
import { pictureProcessingFor } from "./picture-processing";
import type { SourceFacts } from "./source-facts";
import { thumbnailPlanFor } from "./thumbnails";

export function thumbnailOutputGroup(source: SourceFacts, destination: string): OutputGroup {
  const plan = thumbnailPlanFor(source);
  return {
    Name: "Thumbnails",
    OutputGroupSettings: { Type: "FILE_GROUP_SETTINGS", FileGroupSettings: { Destination: destination } },
    Outputs: [
      {
        NameModifier: THUMBNAIL_MODIFIER,
        Extension: "jpg",
        ContainerSettings: { Container: "RAW" },
        VideoDescription: {
          Width: plan.widthPx,
          Height: plan.heightPx,
          ScalingBehavior: "FIT_NO_UPSCALE",
          VideoPreprocessors: pictureProcessingFor(source),
          CodecSettings: {
            Codec: "FRAME_CAPTURE",
            FrameCaptureSettings: {
              // A rate, so the interval upside down.
              FramerateNumerator: plan.intervalDenominator,
              FramerateDenominator: plan.intervalNumerator,
              MaxCaptures: plan.maxCaptures,
              Quality: plan.quality,
            },
          },
        },
      },
    ],
  };
}
