import * as z from "../zod";

/** A member that no decision depends on: if it has another form than expected, it counts as missing. */
function decorative<Value>(schema: z.ZodMiniType<Value>) {
  return z.catch(z.optional(schema), undefined);
}

/** A decorative list, without the elements that have another form than expected. */
function decorativeList<Value>(schema: z.ZodMiniType<Value>) {
  return decorative(
    z.pipe(
      z.array(z.catch(z.nullable(schema), null)),
      z.transform((elements) => elements.filter((element) => element !== null)),
    ),
  );
}

const text = decorative(z.string());
const number = decorative(z.number());

/** A number in some events, a string in others. */
const code = z.pipe(z.union([z.number(), z.string()]), z.transform(String));

const outputDetail = z.object({
  outputFilePaths: decorativeList(z.string()),
  durationInMs: number,
  videoDetails: decorative(
    z.object({
      widthInPx: number,
      heightInPx: number,
      /** Bits per second. */
      averageBitrate: number,
      /** The same number: the documented name, then the one in real events. */
      averageQVBRScore: number,
      qvbrAvgQuality: number,
    }),
  ),
});
export type OutputDetail = z.infer<typeof outputDetail>;

const outputGroupDetail = z.object({
  type: text,
  playlistFilePaths: decorativeList(z.string()),
  outputDetails: decorativeList(outputDetail),
});

/** Milliseconds from the start. */
const blackSegments = decorativeList(z.object({ start: z.number(), end: z.number() }));

/**
 * EventBridge's `MediaConvert Job State Change`. AWS's documentation, its samples and real events disagree on
 * many members, so only what names the job and its state is required: an end must never be lost to a detail.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html
 */
export const mediaConvertEvent = z.object({
  /** ISO 8601, to the second. */
  time: text,
  detail: z.object({
    /** MediaConvert's id of the job, not ours. */
    jobId: z.string(),
    status: z.string(),
    /** Epoch milliseconds. */
    timestamp: number,
    userMetadata: z.nullish(z.object({ jobId: z.optional(z.string()) })),
    jobProgress: decorative(z.object({ jobPercentComplete: number, currentPhase: text })),
    errorCode: decorative(code),
    errorMessage: text,
    warningCode: decorative(code),
    warningMessage: text,
    warnings: decorativeList(z.object({ code })),
    /** Milliseconds of black video. Its segments have one name in the documentation, another in real events. */
    blackVideoDetected: number,
    blackSegments,
    blackVideoSegments: blackSegments,
    outputGroupDetails: decorativeList(outputGroupDetail),
  }),
});
export type MediaConvertEvent = z.infer<typeof mediaConvertEvent>;
