import * as z from "zod";
import { captionTrack } from "../captions/caption-track";
import { PACKAGINGS } from "../transcoding/packaging/stream-options";
import { sourceFacts } from "../transcoding/source-facts";

/** SUBMITTED, despite its name: the row exists, but MediaConvert may not have the job yet. PROCESSING: it has the job. */
const jobStatus = z.enum(["SUBMITTED", "PROCESSING", "COMPLETE", "ERROR", "CANCELED"]);
export type JobStatus = z.infer<typeof jobStatus>;

/** How a job can end. No job ever leaves one of these statuses. */
export type EndStatus = Extract<JobStatus, "COMPLETE" | "ERROR" | "CANCELED">;

export function isTerminal(status: JobStatus): status is EndStatus {
  return status === "COMPLETE" || status === "ERROR" || status === "CANCELED";
}

/**
 * One variant of the stream as MediaConvert reports it. `name` is the rung's (`720p`), `playlist` an
 * `s3://` URL, `qvbrQuality` the average quality that the encoder reached, 1 to 10.
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

/** One choice of sound. `language` is a BCP 47 tag, absent if unknown. */
const audioOutput = z.object({
  /** For people: the track's title, or its language's name. */
  title: z.string(),
  language: z.string().optional(),
  /** 2 or 6. */
  channels: z.number(),
  /** Whether players start with it. */
  default: z.boolean(),
  /** An `s3://` URL. Absent for sound that is in the segments of every rendition. */
  playlist: z.string().optional(),
});
export type AudioOutput = z.infer<typeof audioOutput>;

/** What a job was asked to make: names and order of its outputs, which its events don't all tell. */
const plannedStream = z.object({
  packaging: z.enum(PACKAGINGS),
  renditions: z.array(z.object({ name: z.string(), widthPx: z.number(), heightPx: z.number() })),
  /** `name` is that of the output, absent for sound in the segments of every rendition. */
  audio: z.array(audioOutput.omit({ playlist: true }).extend({ name: z.string().optional() })),
  captions: z.array(captionTrack).optional(),
});
export type PlannedStream = z.infer<typeof plannedStream>;

/**
 * Captions that the stream offers. `name` is what players list. `playlist` is an `s3://` URL, and so is `file`: one WebVTT
 * with all cues, which only captions have that were added after the job.
 */
const captions = captionTrack.extend({
  name: z.string(),
  playlist: z.string(),
  file: z.string().optional(),
});
export type Captions = z.infer<typeof captions>;

/** The newest change of a track of captions after the job. */
const captionChange = z.object({
  /** Epoch seconds. */
  at: z.number(),
  action: z.enum(["added", "replaced", "removed"]),
});
export type CaptionChange = z.infer<typeof captionChange>;

/**
 * Where the outputs are, as `s3://` URLs. Thumbnails are numbered from `<thumbnailPrefix>0000000.jpg` to
 * `thumbnailCount - 1` and are `thumbnailIntervalMs` apart. The poster is the one near a tenth of the duration that
 * shows something, or the one that an operator chose. The storyboard is WebVTT that names thumbnails on sheets.
 */
const jobOutputs = z.object({
  hlsManifest: z.string().optional(),
  /** Only of jobs in CMAF. */
  dashManifest: z.string().optional(),
  /** In the order of the manifest. Absent in rows of jobs from before it was recorded. */
  audio: z.array(audioOutput).optional(),
  thumbnailPrefix: z.string().optional(),
  thumbnailCount: z.number().optional(),
  thumbnailIntervalMs: z.number().optional(),
  poster: z.string().optional(),
  storyboard: z.string().optional(),
  captions: z.array(captions).optional(),
});
export type JobOutputs = z.infer<typeof jobOutputs>;

/** Where viewers with signed cookies find the outputs: `https://` URLs below the distribution. */
const playback = jobOutputs.pick({
  hlsManifest: true,
  dashManifest: true,
  thumbnailPrefix: true,
  poster: true,
  storyboard: true,
  captions: true,
});
export type Playback = z.infer<typeof playback>;

/**
 * `code` is one of ours (`EMPTY_SOURCE`) or MediaConvert's (`MEDIACONVERT_1040`). `message` is a sentence;
 * `advice` says what to do unless the message already does.
 */
const jobError = z.object({ code: z.string(), message: z.string(), advice: z.string().optional() });
export type JobError = z.infer<typeof jobError>;

/**
 * A row of the job table, under the table's own attribute names. `createdAt`, `updatedAt` and `notifiedAt`
 * are epoch seconds. `lastEventAt` is epoch milliseconds: the timestamp of the newest recorded MediaConvert
 * event. `fileSize` is in bytes. `source` omits facts that are unknown. `warnings` maps MediaConvert's codes,
 * and ours, to texts.
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
  /** Counts the jobs of one object version: absent for the first, 2 and up for forced ones. */
  run: z.number().optional(),
  /** The operator's order that forced this run. */
  orderId: z.string().optional(),
  /** Attempts to submit the job to MediaConvert, successful or not. */
  attempts: z.number().optional(),
  /** Attempts that MediaConvert declined or didn't answer. */
  declines: z.number().optional(),
  /** The newest message of the job in the retry lane; older ones have no effect. */
  ticket: z.number().optional(),
  /** Epoch milliseconds until which an attempt may be running. Absent between attempts. */
  attemptExpiresAt: z.number().optional(),
  /** Present from just before CreateJob: MediaConvert may have the job. Epoch seconds. */
  submittingAt: z.number().optional(),
  /** When the row learned from an attempt that MediaConvert has the job, in epoch seconds. */
  startedAt: z.number().optional(),
  /** What MediaConvert is expected to charge; absent if the source's duration is unknown. */
  estimatedCostUsd: z.number().optional(),
  /** The region whose prices the estimate and the reservation are. */
  priceRegion: z.string().optional(),
  /** Where a job for a source of unknown duration stops; the rest of the source is left out. */
  clipEndSeconds: z.number().optional(),
  /** What the job may cost, counted against the budget of a day. */
  budget: z.object({ day: z.string(), usd: z.number() }).optional(),
  mediaConvertJobId: z.string().optional(),
  source: sourceFacts.partial().optional(),
  stream: plannedStream.optional(),
  progressPercent: z.number().optional(),
  phase: z.string().optional(),
  durationMs: z.number().optional(),
  renditions: z.array(rendition).optional(),
  outputs: jobOutputs.optional(),
  /** Absent without a distribution. */
  playback: playback.optional(),
  /** By the track's id, such as `ja-sdh`. */
  captionChanges: z.record(z.string(), captionChange).optional(),
  /** Counts the changes. */
  captionRevision: z.number().optional(),
  blackVideoMs: z.number().optional(),
  /** Which thumbnail an operator made the poster, in seconds from the start, and when, in epoch seconds. */
  posterChoice: z.object({ seconds: z.number(), chosenAt: z.number() }).optional(),
  warnings: z.record(z.string(), z.string()).optional(),
  error: jobError.optional(),
  lastEventAt: z.number().optional(),
  /** What a sweep has to check. Absent once the job's end is announced. */
  sweep: z.enum(["UNFINISHED", "UNANNOUNCED"]).optional(),
  /** Since when, or when a sweep last checked it; epoch seconds. Sorts the sparse index of `sweep`. */
  lookedAt: z.number().optional(),
  notifiedAt: z.number().optional(),
  /** Epoch seconds after which DynamoDB deletes the row; absent for never. */
  expiresAt: z.number().optional(),
});
export type Job = z.infer<typeof jobRow>;
