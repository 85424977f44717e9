import { z } from "zod";

const outputDetail = z.object({
  outputFilePaths: z.array(z.string()).optional(),
  durationInMs: z.number().optional(),
  videoDetails: z
    .object({
      widthInPx: z.number().optional(),
      heightInPx: z.number().optional(),
      averageBitrate: z.number().optional(),
    })
    .optional(),
});
export type OutputDetail = z.infer<typeof outputDetail>;

const outputGroupDetail = z.object({
  type: z.string().optional(),
  playlistFilePaths: z.array(z.string()).optional(),
  outputDetails: z.array(outputDetail).optional(),
});
export type OutputGroupDetail = z.infer<typeof outputGroupDetail>;

/**
 * EventBridge's `MediaConvert Job State Change`. AWS's pages, its samples and real events disagree on
 * many fields, so only those are required without which nothing can be done.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html
 */
export const mediaConvertEvent = z.object({
  /** ISO 8601, to the second. */
  time: z.iso.datetime(),
  detail: z.object({
    /** MediaConvert's id of the job, not ours. */
    jobId: z.string(),
    queue: z.string(),
    status: z.string(),
    /** Epoch milliseconds. */
    timestamp: z.number().optional(),
    userMetadata: z.object({ jobId: z.string().optional() }).nullish(),
    jobProgress: z
      .object({ jobPercentComplete: z.number().optional(), currentPhase: z.string().optional() })
      .nullish(),
    errorCode: z.union([z.number(), z.string()]).optional(),
    errorMessage: z.string().optional(),
    warningCode: z.union([z.number(), z.string()]).optional(),
    warningMessage: z.string().optional(),
    outputGroupDetails: z.array(outputGroupDetail).nullish(),
  }),
});
export type MediaConvertEvent = z.infer<typeof mediaConvertEvent>;
