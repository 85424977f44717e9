import { cutTo, MAX_MESSAGE_LENGTH } from "../jobs/cut-text";
import { type DailyBudget, dayIn } from "../jobs/daily-budget";
import type { Job } from "../jobs/job";
import { jobIdOf } from "../jobs/job-id";
import { type AnnouncementDependencies, announceOutcome } from "../jobs/job-notification";
import { isStray, releaseReservation } from "../jobs/record-event";
import type { RetryLane } from "../jobs/retry-lane";
import { plannedStreamOf } from "../jobs/stream-outputs";
import type { Warnings } from "../jobs/warning-code";
import { quoted } from "../sentences";
import { DeadlineExceeded, withDeadline } from "../service-client";
import { embeddedCaptionsOf, isReadable } from "../transcoding/packaging/captions";
import { type SourceFacts, sourceFacts } from "../transcoding/source-facts";
import { audioTracksOf, withLabels } from "../transcoding/source-tracks";
import { Refusal, type Transcoder, TransientError } from "../transcoding/transcoder";
import { type JobLimits, planJob } from "./job-plan";
import { hasPictureCaptions, middleOf } from "./picture-captions";
import { findSidecars } from "./sidecars";
import type { ByteRange, SourceStore } from "./source-store";
import type { TrackLabels } from "./track-labels";
import type { Upload } from "./upload";

export interface StartJobDependencies extends AnnouncementDependencies {
  readonly sources: SourceStore;
  readonly transcoder: Transcoder;
  readonly labels: TrackLabels;
  readonly retryLane: RetryLane;
  readonly budget: Pick<DailyBudget, "reserve" | "release">;
  readonly limits: JobLimits;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds until the function is killed. */
  readonly remainingMs: () => number;
}

/**
 * `started`: MediaConvert has a new job. `found`: an earlier attempt had started it without recording that.
 * `known`: there was nothing left to do. `outdated`: a newer message carries on. `waiting`: an earlier attempt
 * may still be running, so the retry lane redelivers this one. `postponed`: MediaConvert can't take the job
 * now, so the retry lane redelivers it. `over budget`: the same, because the day's budget is spent. `stray`: the row
 * ended while MediaConvert accepted the job, whose first event gets it canceled.
 */
type StartOutcome =
  | "started"
  | "found"
  | "known"
  | "outdated"
  | "waiting"
  | "refused"
  | "postponed"
  | "over budget"
  | "stray";

export interface StartedJob {
  readonly outcome: StartOutcome;
  /** The row as this call last saw it. */
  readonly job: Job;
  /** Whether this call was the one to record that MediaConvert has the job. */
  readonly recordedStart?: boolean;
  /** Why it was postponed. */
  readonly cause?: unknown;
}

/** What an attempt leaves for recording how it went. */
const RESERVE_MS = 15_000;

/**
 * A video ends as ATTEMPTS_EXHAUSTED only if MediaConvert has declined it this often, and only this long
 * after the upload: the longest outages of a region's API lasted hours, not days. Twenty-four attempts take
 * about four hours, so an upload that is redriven days later isn't given up at once.
 */
export const MIN_DECLINES = 24;
export const GIVE_UP_AFTER_SECONDS = 24 * 3600;

/**
 * Starts one MediaConvert job for one upload. Repeating the call is safe at any point: the row says how far
 * it got, and if MediaConvert may have the job, it is searched for before it is submitted again. Only one
 * attempt runs at a time, until its function must have ended.
 *
 * A refusal ends in the row and a notification; a transient error ends in the retry lane. Any other error is
 * thrown, so that the message is redelivered and finally moved to the dead-letter queue.
 */
export async function startJob(upload: Upload, dependencies: StartJobDependencies): Promise<StartedJob> {
  const { jobs, retryLane, now, remainingMs } = dependencies;
  const expiresAt = now() + remainingMs();
  const newJob = newJobOf(upload, now(), expiresAt);
  const earlier = await jobs.create(newJob);
  if (earlier === undefined) return attempt(newJob, FIRST_TICKET, dependencies);
  if (earlier.status !== "SUBMITTED") {
    // MediaConvert's events announce its jobs; a refusal is announced only here.
    const refusedHere = earlier.status === "ERROR" && earlier.mediaConvertJobId === undefined;
    if (refusedHere) await announceOutcome(earlier, dependencies);
    return { outcome: "known", job: earlier };
  }

  const ticket = upload.ticket ?? nextTicket(earlier);
  const { applied, job } = await jobs.beginAttempt(earlier, { ticket, expiresAt });
  if (applied) return attempt(job, ticket, dependencies);
  if (job.status !== "SUBMITTED") return { outcome: "known", job };
  if (ticket < (job.ticket ?? FIRST_TICKET)) return { outcome: "outdated", job };
  await retryLane.postpone(job, ticket);
  return { outcome: "waiting", job, cause: new AttemptRunning() };
}

/** An earlier attempt of the same job may have had its effect, or may still have it. */
class AttemptRunning extends Error {
  constructor() {
    super("An earlier attempt to start the job may still be running.");
  }
}

async function attempt(job: Job, ticket: number, dependencies: StartJobDependencies): Promise<StartedJob> {
  try {
    return await withDeadline(dependencies.remainingMs() - RESERVE_MS, () =>
      submit(job, ticket, dependencies),
    );
  } catch (error) {
    if (error instanceof Refusal) return refuse(job, error, dependencies);
    if (error instanceof BudgetSpent) {
      await dependencies.retryLane.postpone(job, ticket + 1);
      await dependencies.jobs.recordPostponement(job, ticket, "waiting", error.findings);
      return { outcome: "over budget", job, cause: error };
    }
    if (error instanceof TransientError || error instanceof DeadlineExceeded) {
      return postpone(job, ticket, error, dependencies);
    }
    await dependencies.jobs.endAttempt(job.jobId, ticket);
    throw error;
  }
}

async function submit(job: Job, ticket: number, dependencies: StartJobDependencies): Promise<StartedJob> {
  const { jobs, transcoder, limits } = dependencies;
  const { jobId, submittingAt } = job;
  const sourceUrl = urlOf(job);
  if (submittingAt !== undefined) {
    const found = job.mediaConvertJobId ?? (await transcoder.find({ jobId, sourceUrl }));
    if (found !== undefined) return recordStart("found", jobId, found, dependencies);
  }

  const known = recordedFacts(job);
  const middle = await checkObject(job, known ? undefined : middleOf(job.fileSize), dependencies);
  const source = known ?? (await probe(job, middle, dependencies));
  const sidecars = await findSidecars({ bucket: job.inputBucket, key: job.inputFile }, dependencies.sources);
  const captions = [...sidecars.captions, ...embeddedCaptionsOf(source, sidecars.captions)];
  const { stream, maxCostUsd, clipEndSeconds, ...cost } = planJob(source, limits, captions);
  const reserved = await reserve(job, maxCostUsd, { source, ...cost }, dependencies);
  // Before CreateJob: if the attempt crashes right after it, the row says that MediaConvert may have the job.
  const planned = {
    ...{ source, stream: plannedStreamOf(stream), ...cost, clipEndSeconds, budget: reserved },
    warnings: warningOf(sidecars.faults),
  };
  const plan = await jobs.recordPlan(jobId, ticket, planned);
  if (!plan.applied) {
    if (reserved && reserved !== job.budget) await dependencies.budget.release(reserved);
    return { outcome: "known", job: plan.job };
  }

  const mediaConvertJobId = await transcoder.submit({ jobId, sourceUrl, clipEndSeconds, ...stream });
  return recordStart("started", jobId, mediaConvertJobId, dependencies);
}

function warningOf(faults: readonly string[]): Job["warnings"] {
  if (faults.length === 0) return undefined;
  const advice = "Correct the file, then add it with npm run media -- captions add.";
  return { SIDECAR_LEFT_OUT: cutTo(MAX_MESSAGE_LENGTH, [...faults, advice].join(" ")) } satisfies Warnings;
}

/**
 * Counts the job against today's budget, unless the row says that it is.
 *
 * @throws BudgetSpent
 */
async function reserve(
  { budget: reserved }: Job,
  usd: number,
  findings: BudgetSpent["findings"],
  { limits: { daily }, budget, now }: StartJobDependencies,
): Promise<Job["budget"]> {
  if (daily === undefined) return undefined;
  const day = dayIn(daily.timeZone, now());
  if (reserved?.day === day && reserved.usd >= usd) return reserved;
  if (await budget.reserve({ day, usd }, daily.usd)) return { day, usd };
  throw new BudgetSpent(day, findings);
}

/** The job would exceed the day's budget. */
class BudgetSpent extends Error {
  /** @param findings what the next attempt needn't find out again */
  constructor(
    day: string,
    readonly findings: Pick<Job, "source" | "estimatedCostUsd" | "priceRegion">,
  ) {
    super(`The budget of ${day} is spent.`);
  }
}

async function recordStart(
  outcome: "started" | "found",
  jobId: string,
  mediaConvertJobId: string,
  { jobs }: StartJobDependencies,
): Promise<StartedJob> {
  const { applied, job } = await jobs.recordStart(jobId, mediaConvertJobId);
  if (isStray(mediaConvertJobId, job)) return { outcome: "stray", job };
  return { outcome, job, recordedStart: applied };
}

async function postpone(
  job: Job,
  ticket: number,
  cause: TransientError | DeadlineExceeded,
  dependencies: StartJobDependencies,
): Promise<StartedJob> {
  const { jobs, retryLane } = dependencies;
  if (isHopeless(job, dependencies)) return refuse(job, exhausted(job, cause), dependencies);
  await retryLane.postpone(job, ticket + 1);
  // An earlier attempt's CreateJob may have had its effect, whatever this one was told.
  const isDeclined = job.submittingAt === undefined && cause instanceof TransientError && cause.declined;
  await jobs.recordPostponement(job, ticket, isDeclined ? "declined" : "unknown");
  return { outcome: "postponed", job, cause };
}

/** Asked only after MediaConvert failed this very attempt: an attempt that can succeed is never judged. */
function isHopeless({ declines = 0, createdAt }: Job, { now }: StartJobDependencies): boolean {
  return declines + 1 >= MIN_DECLINES && now() / 1000 - createdAt >= GIVE_UP_AFTER_SECONDS;
}

function exhausted({ inputBucket, inputFile }: Job, cause: Error): Refusal {
  const order = JSON.stringify({ bucket: inputBucket, key: inputFile, force: true });
  return new Refusal(
    "ATTEMPTS_EXHAUSTED",
    `MediaConvert hasn't accepted the job within ${GIVE_UP_AFTER_SECONDS / 3600} hours, last because: ` +
      `${quoted(cause.message)}. When it works again, send ${order} to the processing queue.`,
    { cause },
  );
}

const FIRST_TICKET = 1;

/** The ticket of a message that takes over from all earlier ones. */
function nextTicket({ ticket = FIRST_TICKET }: Job): number {
  return ticket + 1;
}

/**
 * Only the file's header tells tracks apart by title, and which of them players start with; only the picture's stream,
 * whether it carries captions.
 */
async function probe(
  job: Job,
  middle: Uint8Array,
  { transcoder, labels }: StartJobDependencies,
): Promise<SourceFacts> {
  const facts = await transcoder.probe(urlOf(job));
  if (facts.tracks === undefined) return facts;
  const { inputBucket: bucket, inputFile: key, fileSize: sizeBytes } = job;
  const severalSounds = audioTracksOf(facts.tracks).length > 1;
  const found = severalSounds ? await labels.read(bucket, key, sizeBytes) : undefined;
  const tracks = severalSounds ? withLabels(facts.tracks, found) : facts.tracks;
  const hasCaptions = tracks.some((track) => track.type === "captions" && isReadable(track));
  if (hasCaptions || !hasPictureCaptions(middle)) return { ...facts, tracks };
  return { ...facts, tracks: [...tracks, { type: "captions", codec: "C608", inPicture: true }] };
}

/** The facts that an earlier attempt recorded; undefined if the row has only the few that events report. */
function recordedFacts({ source }: Job): SourceFacts | undefined {
  return sourceFacts.safeParse(source).data;
}

/**
 * MediaConvert reads the newest version of an object. A job for an older version would transcode the newest
 * twice, so the older one is refused; the newest has a notification of its own. A version uploaded between
 * this check and MediaConvert's read goes undetected.
 *
 * @returns the range of the object, read in the same call
 */
async function checkObject(
  job: Job,
  range: ByteRange | undefined,
  { sources }: StartJobDependencies,
): Promise<Uint8Array> {
  const sourceUrl = urlOf(job);
  if (job.fileSize === 0) {
    throw new Refusal("EMPTY_SOURCE", `${sourceUrl} has 0 bytes. Upload the video again.`);
  }
  const newest = await sources.newest(job.inputBucket, job.inputFile, range);
  if (!newest) {
    throw new Refusal(
      "SOURCE_NOT_FOUND",
      `${sourceUrl} was deleted before it could be transcoded. Upload the video again if it is still wanted.`,
    );
  }
  const isNewest =
    job.inputVersionId === undefined ||
    newest.versionId === undefined ||
    job.inputVersionId === newest.versionId;
  if (isNewest) return newest.bytes ?? new Uint8Array();
  throw new Refusal(
    "SUPERSEDED",
    `A newer version of ${sourceUrl} was uploaded before this one was transcoded, and has its own job. ` +
      "Upload this version under another key if it is still wanted.",
  );
}

async function refuse(
  { jobId, submittingAt }: Job,
  { code, message }: Refusal,
  dependencies: StartJobDependencies,
): Promise<StartedJob> {
  const error = { code, message: cutTo(MAX_MESSAGE_LENGTH, message) };
  const { applied, job } = await dependencies.jobs.refuse(jobId, error);
  // A concurrent delivery of the same upload was faster, and its result stands.
  if (!applied) return { outcome: "known", job };
  // Unless an earlier attempt's CreateJob may have had its effect.
  if (submittingAt === undefined) await releaseReservation(job, dependencies);
  await announceOutcome(job, dependencies);
  return { outcome: "refused", job };
}

function urlOf({ inputBucket, inputFile }: Job): string {
  return `s3://${inputBucket}/${inputFile}`;
}

function newJobOf(upload: Upload, nowMs: number, expiresAt: number): Job {
  const nowSeconds = Math.floor(nowMs / 1000);
  return {
    jobId: jobIdOf(upload, upload.run),
    status: "SUBMITTED",
    createdAt: nowSeconds,
    updatedAt: nowSeconds,
    inputBucket: upload.bucket,
    inputFile: upload.key,
    inputVersionId: upload.versionId,
    fileSize: upload.sizeBytes,
    run: upload.run,
    orderId: upload.orderId,
    attempts: 1,
    ticket: FIRST_TICKET,
    attemptExpiresAt: expiresAt,
    sweep: "UNFINISHED",
    lookedAt: nowSeconds,
  };
}
