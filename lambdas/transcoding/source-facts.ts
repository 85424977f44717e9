import { z } from "zod";

/**
 * What is known of a source before it is transcoded. Width and height are those of the picture as a
 * viewer sees it: pixels made square, rotation applied. `rotationDegrees` is the clockwise rotation that
 * players apply (0, 90, 180, 270). `hdrTransfer` is absent for SDR.
 */
export const sourceFacts = z.object({
  durationSeconds: z.number().optional(),
  widthPx: z.number(),
  heightPx: z.number(),
  rotationDegrees: z.number(),
  frameRate: z.number().optional(),
  videoCodec: z.string().optional(),
  audioCodec: z.string().optional(),
  hasAudio: z.boolean(),
  interlaced: z.boolean(),
  hdrTransfer: z.enum(["PQ", "HLG"]).optional(),
});
export type SourceFacts = z.infer<typeof sourceFacts>;
