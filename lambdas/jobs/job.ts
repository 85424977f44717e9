import { z } from "zod";
import { sourceFacts } from "../transcoding/source-facts";

/** SUBMITTED: the row exists, MediaConvert may not know of it yet. PROCESSING: MediaConvert has the job. */
const jobStatus = z.enum(["SUBMITTED", "PROCESSING", "COMPLETE", "ERROR", "CANCELED"]);
export type JobStatus = z.infer<typeof jobStatus>;

/**
 * One variant of the HLS stream, as it came out. `name` is the rung's (`720p`), `playlist` an `s3://` URL,
 * `qvbrQuality` the average that the encoder reached, 1 to 10.
 */
const rendition = z.object({
  name: z.string().optional(),
  playlist: z.string(),
  widthPx: z.number().optional(),
  heightPx: z.number().optional(),
  averageBitrateBps: z.number().optional(),
  qvbrQuality: z.number().optional(),
});
export type Rendition = z.infer<typeof rendition>;

/**
 * Where the results are; all but the count are `s3://` URLs. The thumbnails are
 * `<thumbnailPrefix>0000000.jpg` up to number `thumbnailCount - 1`, and the poster is the first of them.
 */
const jobOutputs = z.object({
  hlsManifest: z.string().optional(),
  thumbnailPrefix: z.string().optional(),
  thumbnailCount: z.number().optional(),
  poster: z.string().optional(),
});
export type JobOutputs = z.infer<typeof jobOutputs>;

/**
 * `code` is one of ours (`EMPTY_SOURCE`) or MediaConvert's (`MEDIACONVERT_1040`); `message` is a sentence.
 * `advice` is what to do, if the message doesn't say it.
 */
const jobError = z.object({ code: z.string(), message: z.string(), advice: z.string().optional() });
export type JobError = z.infer<typeof jobError>;

/**
 * A row of the job table, with the table's own attribute names.
 * `createdAt`, `updatedAt` and `notifiedAt` are epoch seconds; `lastEventAt` is epoch milliseconds, the
 * time that MediaConvert's latest recorded event carries. `fileSize` is in bytes. `source` may lack facts
 * that nobody could tell. `warnings` are MediaConvert's texts by its codes. `announcement` is there from the
 * job's end until subscribers were told; a sparse index on it finds those that still have to be.
 */
export const jobRow = z.object({
  jobId: z.string(),
  status: jobStatus,
  createdAt: z.number(),
  updatedAt: z.number(),
  inputBucket: z.string(),
  inputFile: z.string(),
  inputVersionId: z.string().optional(),
  fileSize: z.number(),
  /** Which job of its object version this is: absent for the first, 2 and up for forced ones. */
  run: z.number().optional(),
  /** The operator's order that forced this run. */
  orderId: z.string().optional(),
  /** How often a job was to be submitted to MediaConvert, successfully or not. */
  attempts: z.number().optional(),
  /** What MediaConvert is expected to charge for the job; absent where the source's duration isn't known. */
  estimatedCostUsd: z.number().optional(),
  mediaConvertJobId: z.string().optional(),
  source: sourceFacts.partial().optional(),
  progressPercent: z.number().optional(),
  phase: z.string().optional(),
  durationMs: z.number().optional(),
  renditions: z.array(rendition).optional(),
  outputs: jobOutputs.optional(),
  blackVideoMs: z.number().optional(),
  warnings: z.record(z.string(), z.string()).optional(),
  error: jobError.optional(),
  lastEventAt: z.number().optional(),
  announcement: z.literal("PENDING").optional(),
  notifiedAt: z.number().optional(),
});
export type Job = z.infer<typeof jobRow>;
