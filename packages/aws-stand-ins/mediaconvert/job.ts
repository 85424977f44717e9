import { randomInt } from "node:crypto";
import type { Job as SdkJob } from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { type CreateJobRequest, createJobRequest } from "./create-job/request";
import type { OutputGroupDetail } from "./upload";
import { epochSeconds, type Wire } from "./wire";

export interface JobProgress {
  readonly phase: "PROBING" | "TRANSCODING" | "UPLOADING";
  /** 0 to 100, of this phase. */
  readonly phasePercent: number;
  readonly framesDecoded: number;
}

/** What outlives the process. */
export const jobRecord = z.object({
  id: z.string(),
  arn: z.string(),
  queueArn: z.string(),
  request: createJobRequest,
  submitTime: z.coerce.date(),
  /** For the readers of GetJob's answer. */
  remarks: z.array(z.string()),
  /** Each ffmpeg of the job with its arguments. MediaConvert has no such thing, so no call answers with it. */
  commands: z.array(z.array(z.string()).readonly()).default([]),
  status: z.enum(["SUBMITTED", "PROGRESSING", "COMPLETE", "ERROR", "CANCELED"]),
  startTime: z.coerce.date().optional(),
  finishTime: z.coerce.date().optional(),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
  outputGroupDetails: z.array(z.custom<OutputGroupDetail>()).readonly().optional(),
  blackSegments: z
    .array(z.object({ start: z.number(), end: z.number() }))
    .readonly()
    .optional(),
  warnings: z
    .array(z.object({ code: z.number(), count: z.number() }))
    .readonly()
    .optional(),
  /** Whether the event of the job's end was delivered. */
  announced: z.boolean(),
});

/** A job from its submission on. The scheduler sets its status, the runner its progress. */
export interface Job extends z.infer<typeof jobRecord> {
  /** Aborted when the job is canceled or the service stops. */
  readonly stop: AbortController;
  progress: JobProgress;
}

/** What a list or a token looks for. */
export interface ListedJob {
  readonly id: string;
  readonly queueArn: string;
  readonly submitTime: Date;
  readonly clientRequestToken: string | undefined;
  readonly inputs: readonly string[];
}

export function listed({ id, queueArn, submitTime, request }: z.infer<typeof jobRecord>): ListedJob {
  const inputs = request.settings.inputs.map(({ fileInput }) => fileInput);
  return { id, queueArn, submitTime, clientRequestToken: request.clientRequestToken, inputs };
}

export const isOver = ({ status }: Pick<Job, "status">) => status !== "SUBMITTED" && status !== "PROGRESSING";

/** @param arnPrefix "arn:aws:mediaconvert:eu-west-1:111122223333" */
export function newJob(arnPrefix: string, queueArn: string, request: CreateJobRequest): Job {
  const submitTime = new Date();
  const suffix = randomInt(36 ** 6)
    .toString(36)
    .padStart(6, "0");
  const id = `${submitTime.getTime()}-${suffix}`;
  return runnable({
    id,
    arn: `${arnPrefix}:jobs/${id}`,
    queueArn,
    request,
    submitTime,
    remarks: [],
    commands: [],
    status: "SUBMITTED",
    announced: false,
  });
}

/** A job of an earlier process; if it hasn't ended, it starts again. */
export function restored(record: z.infer<typeof jobRecord>): Job {
  return runnable(isOver(record) ? record : { ...record, status: "SUBMITTED", remarks: [], commands: [] });
}

function runnable(record: z.infer<typeof jobRecord>): Job {
  return {
    ...record,
    stop: new AbortController(),
    progress: { phase: "PROBING", phasePercent: 0, framesDecoded: 0 },
  };
}

/** The job as GetJob, CreateJob and the lists return it. */
export function describeJob(job: Job): Omit<Wire<SdkJob>, "settings"> & { settings: unknown } {
  const { request, error } = job;
  return {
    id: job.id,
    arn: job.arn,
    queue: job.queueArn,
    role: request.role,
    settings: request.settings,
    userMetadata: request.userMetadata ?? {},
    clientRequestToken: request.clientRequestToken,
    statusUpdateInterval: request.statusUpdateInterval ?? "SECONDS_60",
    accelerationSettings: { mode: "DISABLED" },
    accelerationStatus: "NOT_APPLICABLE",
    createdAt: epochSeconds(job.submitTime),
    status: job.status,
    ...(job.status === "PROGRESSING" && {
      currentPhase: job.progress.phase,
      jobPercentComplete: jobPercentComplete(job.progress),
    }),
    ...(job.status === "COMPLETE" && { jobPercentComplete: 100 }),
    retryCount: 0,
    timing: {
      submitTime: epochSeconds(job.submitTime),
      startTime: job.startTime && epochSeconds(job.startTime),
      finishTime: job.finishTime && epochSeconds(job.finishTime),
    },
    errorCode: error?.code,
    errorMessage: error?.message,
    messages: { info: job.remarks },
    warnings: job.warnings?.length ? [...job.warnings] : undefined,
    // GetJob reports neither paths nor bitrates.
    outputGroupDetails: job.outputGroupDetails?.map(({ outputDetails }) => ({
      outputDetails: outputDetails.map(({ durationInMs, videoDetails }) => ({
        durationInMs,
        ...(videoDetails && {
          videoDetails: { widthInPx: videoDetails.widthInPx, heightInPx: videoDetails.heightInPx },
        }),
      })),
    })),
  };
}

/** Where each phase begins, and how much of the job it is, in percent. */
const PHASES = {
  PROBING: { from: 0, share: 5 },
  TRANSCODING: { from: 5, share: 90 },
  UPLOADING: { from: 95, share: 5 },
} as const;

export function jobPercentComplete({ phase, phasePercent }: JobProgress): number {
  const { from, share } = PHASES[phase];
  return Math.floor(from + (share * phasePercent) / 100);
}
