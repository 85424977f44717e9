import type { MediaConvertEvent } from "../transcoding/media-convert-event";
import { destinationOf } from "../transcoding/output-location";
import type { DailyBudget } from "./daily-budget";
import { effectOf } from "./event-effect";
import { isTerminal, type Job } from "./job";
import { markCaptions, type StreamManifests } from "./job-captions";
import { type AnnouncementDependencies, announceOutcome } from "./job-notification";
import { findPictures, settleStoryboard } from "./job-pictures";
import { lengthWarningOf } from "./length-warning";
import type { OutputPictures } from "./output-pictures";
import { manifestsOf } from "./stream-outputs";
import { trackWarningsOf } from "./track-warnings";

export interface EventDependencies extends AnnouncementDependencies {
  readonly budget: Pick<DailyBudget, "release">;
  readonly pictures: OutputPictures;
  readonly manifests: StreamManifests;
  /** The bucket of the streams. */
  readonly processedBucket: string;
  /** The distribution's domain name. @default none: jobs get no playback URLs */
  readonly playbackDomain?: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * `not ours`: another team's job. `stray`: a running MediaConvert job that isn't the row's, because the row
 * names another one or ended without any; nobody needs its outputs. `another job`: such a job, ended.
 * `outdated`: the row already had this or something newer.
 */
type EventOutcome = "not ours" | "stray" | "another job" | "nothing to record" | "outdated" | "recorded";

export interface RecordedEvent {
  readonly outcome: EventOutcome;
  /** Whether this call published the job's notification. */
  readonly announced: boolean;
  /** The row, if this event ended the job. */
  readonly ended?: Job;
  /** Why the event should be delivered again: the job's end is recorded, but its storyboard or captions couldn't be written. */
  readonly failure?: Error;
}

/**
 * Records a MediaConvert event in its job's row and announces the job's end. If the end is delivered again,
 * it is announced again only if the row isn't marked as announced.
 *
 * @throws if the job is ours but has no row
 */
export async function recordEvent(
  event: MediaConvertEvent,
  dependencies: EventDependencies,
): Promise<RecordedEvent> {
  const { jobId: mediaConvertJobId, userMetadata } = event.detail;
  const jobId = userMetadata?.jobId;
  if (jobId === undefined) return { outcome: "not ours", announced: false };

  const { jobs, processedBucket, playbackDomain, now } = dependencies;
  const hlsManifest = manifestsOf(event).hls ?? `${destinationOf(processedBucket, jobId)}.m3u8`;
  const isComplete = event.detail.status === "COMPLETE";
  // CMAF's events name no renditions, and no event names the languages.
  const row = isComplete ? await jobs.find(jobId) : undefined;
  // Before the row says COMPLETE: it never names a storyboard that doesn't exist, and nobody sees it without the one that does.
  const pictures =
    row && lacksStoryboard(row, mediaConvertJobId)
      ? await findPictures(event, hlsManifest, dependencies.pictures)
      : {};
  const defaults = { time: now(), hlsManifest, playbackDomain, pictures, stream: row?.stream };
  const { warnings, progress, end } = effectOf(event, defaults);
  const marking = isComplete ? await markCaptions(jobId, end?.outputs, dependencies) : undefined;
  // Warnings first, so that the notification of the end includes them.
  const hasWarnings = Object.keys(warnings).length > 0;
  const warned = hasWarnings ? await jobs.addWarnings(jobId, mediaConvertJobId, warnings) : undefined;
  const moved = end
    ? await jobs.finish(jobId, mediaConvertJobId, end)
    : progress && (await jobs.recordProgress(jobId, mediaConvertJobId, progress));
  const job = moved?.job ?? warned;
  if (!job) return { outcome: "nothing to record", announced: false };
  if (isStray(mediaConvertJobId, job)) {
    return { outcome: progress ? "stray" : "another job", announced: false };
  }

  // MediaConvert charges nothing for a job that ends in ERROR: https://aws.amazon.com/mediaconvert/pricing/
  if (end?.status === "ERROR" && job.status === "ERROR") await releaseReservation(job, dependencies);

  const applied = moved?.applied ?? true;
  const outcome = applied ? "recorded" : "outdated";
  if (end === undefined) return { outcome, announced: false };
  const ownWarnings = { ...lengthWarningOf(job), ...trackWarningsOf(job) };
  const hasOwnWarnings = Object.keys(ownWarnings).length > 0;
  const warnedEnd = hasOwnWarnings ? await jobs.addWarnings(jobId, mediaConvertJobId, ownWarnings) : job;
  const ended =
    isComplete && job.status === "COMPLETE"
      ? await settleStoryboard(warnedEnd, mediaConvertJobId, pictures, jobs)
      : warnedEnd;
  const recorded = { outcome, ...(applied && { ended }) } as const;
  // Lambda's two retries may write it. Then, job-sweeper announces the job without.
  const { failure } = pictures;
  if (failure && ended.outputs?.storyboard === undefined && ended.notifiedAt === undefined)
    return { ...recorded, announced: false, failure };
  if (marking && ended.notifiedAt === undefined) return { ...recorded, announced: false, failure: marking };
  return { ...recorded, announced: await announceOutcome(ended, dependencies) };
}

/** Whether the storyboard of a completed MediaConvert job is still to be written for a row. */
function lacksStoryboard(row: Job, mediaConvertJobId: string): boolean {
  return row.outputs?.storyboard === undefined && !isStray(mediaConvertJobId, row);
}

/** Gives the day what a job that cost nothing had reserved; once, however often it is called. */
export async function releaseReservation(
  { jobId, budget: reserved }: Job,
  { jobs, budget }: Pick<EventDependencies, "jobs" | "budget">,
): Promise<void> {
  if (reserved === undefined) return;
  const taken = await jobs.takeReservation(jobId);
  if (taken) await budget.release(taken);
}

/** Whether a MediaConvert job for this row's video isn't the one that the row stands for. */
export function isStray(mediaConvertJobId: string, job: Job): boolean {
  if (job.mediaConvertJobId === undefined) return isTerminal(job.status);
  return job.mediaConvertJobId !== mediaConvertJobId;
}
