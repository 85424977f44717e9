import type { VideoPreprocessor } from "@aws-sdk/client-mediaconvert";
import type { SourceFacts } from "./source-facts";

/**
 * What has to happen to the picture before any encoder sees it; undefined if nothing. Apple's HLS
 * authoring specification requires progressive video and an SDR variant.
 */
export function pictureProcessingFor({
  interlaced,
  hdrTransfer,
}: SourceFacts): VideoPreprocessor | undefined {
  if (!interlaced && hdrTransfer === undefined) return undefined;
  return {
    ...(interlaced && {
      Deinterlacer: { Algorithm: "INTERPOLATE", Mode: "ADAPTIVE", Control: "NORMAL" },
    }),
    ...(hdrTransfer && {
      ColorCorrector: { ColorSpaceConversion: "FORCE_709", HdrToSdrToneMapper: "PRESERVE_DETAILS" },
    }),
  };
}
