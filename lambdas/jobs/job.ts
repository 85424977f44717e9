import { captionTrack } from "../captions/caption-track";
import { PACKAGINGS } from "../transcoding/packaging/stream-options";
import { sourceFacts } from "../transcoding/source-facts";
import * as z from "../zod";

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
  name: z.optional(z.string()),
  playlist: z.string(),
  widthPx: z.optional(z.number()),
  heightPx: z.optional(z.number()),
  averageBitrateBps: z.optional(z.number()),
  qvbrQuality: z.optional(z.number()),
});
export type Rendition = z.infer<typeof rendition>;

/** One choice of sound. `language` is a BCP 47 tag, absent if unknown. */
const audioOutput = z.object({
  /** For people: the track's title, or its language's name. */
  title: z.string(),
  language: z.optional(z.string()),
  /** 2 or 6. */
  channels: z.number(),
  /** Whether players start with it. */
  default: z.boolean(),
  /** An `s3://` URL. Absent for sound that is in the segments of every rendition. */
  playlist: z.optional(z.string()),
});
export type AudioOutput = z.infer<typeof audioOutput>;

/** What a job was asked to make: names and order of its outputs, which its events don't all tell. */
const plannedStream = z.object({
  packaging: z.enum(PACKAGINGS),
  renditions: z.array(z.object({ name: z.string(), widthPx: z.number(), heightPx: z.number() })),
  /** `name` is that of the output, absent for sound in the segments of every rendition. */
  audio: z.array(z.extend(z.omit(audioOutput, { playlist: true }), { name: z.optional(z.string()) })),
  captions: z.optional(z.array(captionTrack)),
});
export type PlannedStream = z.infer<typeof plannedStream>;

/**
 * Captions that the stream offers. `name` is what players list. `playlist` is an `s3://` URL, and so is `file`: one WebVTT
 * with all cues, which only captions have that were added after the job.
 */
const captions = z.extend(captionTrack, {
  name: z.string(),
  playlist: z.string(),
  file: z.optional(z.string()),
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
  hlsManifest: z.optional(z.string()),
  /** Only of jobs in CMAF. */
  dashManifest: z.optional(z.string()),
  /** In the order of the manifest. Absent in rows of jobs from before it was recorded. */
  audio: z.optional(z.array(audioOutput)),
  thumbnailPrefix: z.optional(z.string()),
  thumbnailCount: z.optional(z.number()),
  thumbnailIntervalMs: z.optional(z.number()),
  poster: z.optional(z.string()),
  storyboard: z.optional(z.string()),
  captions: z.optional(z.array(captions)),
});
export type JobOutputs = z.infer<typeof jobOutputs>;

/** Where viewers with signed cookies find the outputs: `https://` URLs below the distribution. */
const playback = z.pick(jobOutputs, {
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
const jobError = z.object({ code: z.string(), message: z.string(), advice: z.optional(z.string()) });
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
  inputVersionId: z.optional(z.string()),
  fileSize: z.number(),
  /** Counts the jobs of one object version: absent for the first, 2 and up for forced ones. */
  run: z.optional(z.number()),
  /** The operator's order that forced this run. */
  orderId: z.optional(z.string()),
  /** Attempts to submit the job to MediaConvert, successful or not. */
  attempts: z.optional(z.number()),
  /** Attempts that MediaConvert declined or didn't answer. */
  declines: z.optional(z.number()),
  /** The newest message of the job in the retry lane; older ones have no effect. */
  ticket: z.optional(z.number()),
  /** Epoch milliseconds until which an attempt may be running. Absent between attempts. */
  attemptExpiresAt: z.optional(z.number()),
  /** Present from just before CreateJob: MediaConvert may have the job. Epoch seconds. */
  submittingAt: z.optional(z.number()),
  /** When the row learned from an attempt that MediaConvert has the job, in epoch seconds. */
  startedAt: z.optional(z.number()),
  /** What MediaConvert is expected to charge; absent if the source's duration is unknown. */
  estimatedCostUsd: z.optional(z.number()),
  /** The region whose prices the estimate and the reservation are. */
  priceRegion: z.optional(z.string()),
  /** Where a job for a source of unknown duration stops; the rest of the source is left out. */
  clipEndSeconds: z.optional(z.number()),
  /** What the job may cost, counted against the budget of a day. */
  budget: z.optional(z.object({ day: z.string(), usd: z.number() })),
  mediaConvertJobId: z.optional(z.string()),
  source: z.optional(z.partial(sourceFacts)),
  stream: z.optional(plannedStream),
  progressPercent: z.optional(z.number()),
  phase: z.optional(z.string()),
  durationMs: z.optional(z.number()),
  renditions: z.optional(z.array(rendition)),
  outputs: z.optional(jobOutputs),
  /** Absent without a distribution. */
  playback: z.optional(playback),
  /** By the track's id, such as `ja-sdh`. */
  captionChanges: z.optional(z.record(z.string(), captionChange)),
  /** Counts the changes. */
  captionRevision: z.optional(z.number()),
  blackVideoMs: z.optional(z.number()),
  /** Which thumbnail an operator made the poster, in seconds from the start, and when, in epoch seconds. */
  posterChoice: z.optional(z.object({ seconds: z.number(), chosenAt: z.number() })),
  warnings: z.optional(z.record(z.string(), z.string())),
  error: z.optional(jobError),
  lastEventAt: z.optional(z.number()),
  /** What a sweep has to check. Absent once the job's end is announced. */
  sweep: z.optional(z.enum(["UNFINISHED", "UNANNOUNCED"])),
  /** Since when, or when a sweep last checked it; epoch seconds. Sorts the sparse index of `sweep`. */
  lookedAt: z.optional(z.number()),
  notifiedAt: z.optional(z.number()),
  /** Epoch seconds after which DynamoDB deletes the row; absent for never. */
  expiresAt: z.optional(z.number()),
});
export type Job = z.infer<typeof jobRow>;
