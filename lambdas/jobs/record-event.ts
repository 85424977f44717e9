import type { MediaConvertEvent } from "../transcoding/media-convert-event";
import { effectOf } from "./event-effect";
import type { Job } from "./job";
import { type AnnouncementDependencies, announceOutcome } from "./job-notification";

/**
 * `not ours`: another team's job. `another job`: a second MediaConvert job for our upload, which a crash or
 * a forced run created; the row names the first. `outdated`: the row already had this or something newer.
 */
type EventOutcome = "not ours" | "another job" | "nothing to record" | "outdated" | "recorded";

export interface RecordedEvent {
  readonly outcome: EventOutcome;
  /** Whether this call published the job's notification. */
  readonly announced: boolean;
  /** The row, if this event ended the job. */
  readonly ended?: Job;
}

/**
 * Records a MediaConvert event in its job's row and announces the job's end. If the end is delivered again,
 * it is announced again only if the row isn't marked as announced.
 *
 * @throws if the job is ours but has no row
 */
export async function recordEvent(
  event: MediaConvertEvent,
  dependencies: AnnouncementDependencies,
): Promise<RecordedEvent> {
  const { jobId: mediaConvertJobId, userMetadata } = event.detail;
  const jobId = userMetadata?.jobId;
  if (jobId === undefined) return { outcome: "not ours", announced: false };

  const { jobs } = dependencies;
  const { findings, progress, end } = effectOf(event);
  // Findings first, so that the notification of the end includes them.
  const found = findings && (await jobs.addFindings(jobId, mediaConvertJobId, findings));
  const moved = end
    ? await jobs.finish(jobId, mediaConvertJobId, end)
    : progress && (await jobs.recordProgress(jobId, mediaConvertJobId, progress));
  const job = moved?.job ?? found;
  if (!job) return { outcome: "nothing to record", announced: false };
  if ((job.mediaConvertJobId ?? mediaConvertJobId) !== mediaConvertJobId) {
    return { outcome: "another job", announced: false };
  }

  const applied = moved?.applied ?? true;
  return {
    outcome: applied ? "recorded" : "outdated",
    announced: end !== undefined && (await announceOutcome(job, dependencies)),
    ...(applied && end && { ended: job }),
  };
}
