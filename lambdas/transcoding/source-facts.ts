import * as z from "../zod";
import { sourceTracks } from "./source-tracks";

/**
 * What is known about a source before it is transcoded. Width and height are those that a viewer sees, with
 * square pixels and rotation applied. `rotationDegrees` is the clockwise rotation that players apply (0, 90,
 * 180, 270). `hdrTransfer` is absent for SDR.
 */
export const sourceFacts = z.object({
  durationSeconds: z.optional(z.number()),
  widthPx: z.number(),
  heightPx: z.number(),
  rotationDegrees: z.number(),
  /** Whether the pixels are stored in another shape than the square one in which they are shown. */
  anamorphic: z.boolean(),
  frameRate: z.optional(z.number()),
  videoCodec: z.optional(z.string()),
  /** The mean of the picture's track, or of the whole file where the track's is unknown. */
  videoBitrateBps: z.optional(z.number()),
  audioCodec: z.optional(z.string()),
  hasAudio: z.boolean(),
  /** Absent if the source couldn't be probed, and in rows of jobs from before tracks were recorded. */
  tracks: z.optional(sourceTracks),
  interlaced: z.boolean(),
  hdrTransfer: z.optional(z.enum(["PQ", "HLG"])),
  /** Absent for BT.709, the smaller ones of SD, and unknown ones. */
  primaries: z.optional(z.enum(["P3", "BT2020"])),
  /** The source couldn't be probed: the other facts are a harmless guess. */
  assumed: z.optional(z.literal(true)),
});
export type SourceFacts = z.infer<typeof sourceFacts>;

/**
 * For a source that can't be probed but may be transcodable. Outputs are never larger than the source
 * (`FIT_NO_UPSCALE`) and keep its shape, so this size is an upper limit. If there is no audio, MediaConvert's
 * default selection yields silence.
 */
export const ASSUMED_FACTS: SourceFacts = {
  widthPx: 1280,
  heightPx: 720,
  rotationDegrees: 0,
  anamorphic: false,
  hasAudio: true,
  interlaced: false,
  assumed: true,
};
