import { UnknownJobError } from "../jobs/job-repository";
import { isTerminal } from "../jobs/job-state";
import { type AnnouncementDependencies, announceOutcome } from "../jobs/outcome-announcement";
import type { MediaConvertEvent } from "../transcoding/media-convert-event";
import { jobChangeOf } from "./job-change";

/** `outdated`: the row already knew, or knew better. */
export type EventOutcome = "not ours" | "nothing to record" | "outdated" | "recorded";

export interface RecordedEvent {
  readonly outcome: EventOutcome;
  /** Whether subscribers were told how the job ended. */
  readonly announced: boolean;
}

/**
 * Records one MediaConvert event in its job's row, and tells subscribers if the job has ended. An end
 * that is delivered again is told again only if the row doesn't say that it was told.
 *
 * @throws UnknownJobError if the event is of a job of ours that has no row
 */
export async function recordEvent(
  event: MediaConvertEvent,
  dependencies: AnnouncementDependencies,
): Promise<RecordedEvent> {
  const jobId = event.detail.userMetadata?.jobId;
  if (jobId === undefined) return { outcome: "not ours", announced: false };
  const change = jobChangeOf(event);
  if (change === undefined) return { outcome: "nothing to record", announced: false };

  const { applied, job } = await dependencies.jobs.change(jobId, change);
  if (!job) throw new UnknownJobError(jobId);
  const saysTheEnd = change.status !== undefined && isTerminal(change.status);
  return {
    outcome: applied ? "recorded" : "outdated",
    announced: saysTheEnd && (await announceOutcome(job, dependencies)),
  };
}
