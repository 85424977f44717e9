import { z } from "zod";

const outputDetail = z.object({
  outputFilePaths: z.array(z.string()).optional(),
  durationInMs: z.number().optional(),
  videoDetails: z
    .object({
      widthInPx: z.number().optional(),
      heightInPx: z.number().optional(),
      /** Bits per second. */
      averageBitrate: z.number().optional(),
      /** The same number: the documented name, then the one in real events. */
      averageQVBRScore: z.number().optional(),
      qvbrAvgQuality: z.number().optional(),
    })
    .optional(),
});
export type OutputDetail = z.infer<typeof outputDetail>;

const outputGroupDetail = z.object({
  type: z.string().optional(),
  playlistFilePaths: z.array(z.string()).optional(),
  outputDetails: z.array(outputDetail).optional(),
});

/** The tracks of one input file. */
const inputDetail = z.object({
  audio: z.array(z.object({ codec: z.string().optional() })).nullish(),
  video: z
    .array(
      z.object({
        codec: z.string().optional(),
        frameRate: z.number().optional(),
        interlaceMode: z.string().optional(),
      }),
    )
    .nullish(),
});
export type InputDetail = z.infer<typeof inputDetail>;

/** Milliseconds from the start. */
const blackSegments = z.array(z.object({ start: z.number(), end: z.number() }));

/** A number in some events, a string in others. */
const code = z.union([z.number(), z.string()]).transform(String);

/**
 * EventBridge's `MediaConvert Job State Change`. AWS's documentation, its samples and real events disagree on
 * many members, so only the indispensable ones are required.
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
      .object({ jobPercentComplete: z.number().nullish(), currentPhase: z.string().optional() })
      .nullish(),
    errorCode: code.optional(),
    errorMessage: z.string().optional(),
    warningCode: code.optional(),
    warningMessage: z.string().optional(),
    warnings: z.array(z.object({ code })).nullish(),
    inputDetails: z.array(inputDetail).nullish(),
    /** Milliseconds of black video. Its segments have one name in the documentation, another in real events. */
    blackVideoDetected: z.number().optional(),
    blackSegments: blackSegments.nullish(),
    blackVideoSegments: blackSegments.nullish(),
    outputGroupDetails: z.array(outputGroupDetail).nullish(),
  }),
});
export type MediaConvertEvent = z.infer<typeof mediaConvertEvent>;
