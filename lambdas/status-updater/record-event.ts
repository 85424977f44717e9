import type { Job } from "../jobs/job";
import { UnknownJobError } from "../jobs/job-repository";
import { isTerminal } from "../jobs/job-state";
import { type AnnouncementDependencies, announceOutcome } from "../jobs/outcome-announcement";
import type { MediaConvertEvent } from "../transcoding/media-convert-event";
import { jobNewsOf } from "./job-news";

/**
 * `not ours`: another team's job. `another job`: of our upload, but not the one that its row names: a crash
 * or a forced repetition made a second one. `outdated`: the row already knew, or knew better.
 */
type EventOutcome = "not ours" | "another job" | "nothing to record" | "outdated" | "recorded";

export interface RecordedEvent {
  readonly outcome: EventOutcome;
  /** Whether subscribers were told how the job ended. */
  readonly announced: boolean;
  /** The row, if this event is what ended its job. */
  readonly ended?: Job;
}

/**
 * Records one MediaConvert event in its job's row, and tells subscribers if the job has ended. An end
 * that is delivered again is told again only if the row doesn't say that it was told.
 *
 * @throws UnknownJobError if the event is of a job of ours that has no row
 */
export async function recordEvent(
  { detail, ...envelope }: MediaConvertEvent,
  dependencies: AnnouncementDependencies,
): Promise<RecordedEvent> {
  const jobId = detail.userMetadata?.jobId;
  if (jobId === undefined) return { outcome: "not ours", announced: false };
  const { findings, change } = jobNewsOf({ detail, ...envelope });
  if (!findings && !change) return { outcome: "nothing to record", announced: false };

  const { jobs } = dependencies;
  // Findings first: the notification of the end has them then.
  const found = findings && (await jobs.addFindings(jobId, detail.jobId, findings));
  const { applied, job } = change ? await jobs.change(jobId, change) : { applied: true, job: found };
  if (!job) throw new UnknownJobError(jobId);
  const itsJob = job.mediaConvertJobId ?? detail.jobId;
  if (itsJob !== detail.jobId) return { outcome: "another job", announced: false };

  const saysTheEnd = change?.status !== undefined && isTerminal(change.status);
  return {
    outcome: applied ? "recorded" : "outdated",
    announced: saysTheEnd && (await announceOutcome(job, dependencies)),
    ...(applied && saysTheEnd && { ended: job }),
  };
}
