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
  /** Nothing is known of this source: the other facts are a guess that does no harm. */
  assumed: z.literal(true).optional(),
});
export type SourceFacts = z.infer<typeof sourceFacts>;

/**
 * For a source that can't be probed but may be transcoded. Outputs are never made larger than the source
 * (`FIT_NO_UPSCALE`) and keep its shape, so this size is a limit; where there is no audio, MediaConvert's
 * default selection of it yields silence.
 */
export const ASSUMED_FACTS: SourceFacts = {
  widthPx: 1280,
  heightPx: 720,
  rotationDegrees: 0,
  hasAudio: true,
  interlaced: false,
  assumed: true,
};
