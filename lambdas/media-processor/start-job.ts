import type { Job } from "../jobs/job";
import { jobIdOf } from "../jobs/job-id";
import { type AnnouncementDependencies, announceOutcome } from "../jobs/job-notification";
import type { RetryLane } from "../jobs/retry-lane";
import { type SourceFacts, sourceFacts } from "../transcoding/source-facts";
import { Refusal, type Transcoder, TransientError } from "../transcoding/transcoder";
import { type JobLimits, planJob } from "./job-plan";
import type { SourceStore } from "./source-store";
import type { Upload } from "./upload";

export interface StartJobDependencies extends AnnouncementDependencies {
  readonly sources: SourceStore;
  readonly transcoder: Transcoder;
  readonly retryLane: RetryLane;
  readonly limits: JobLimits;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * `started`: MediaConvert has a new job. `found`: an earlier attempt had started it without recording that.
 * `known`: there was nothing left to do. `postponed`: the retry lane redelivers it.
 */
type StartOutcome = "started" | "found" | "known" | "refused" | "postponed";

export interface StartedJob {
  readonly outcome: StartOutcome;
  /** The row as this call last saw it. */
  readonly job: Job;
}

/** With the retry lane's delays, about four hours in which MediaConvert accepts nothing. */
export const MAX_ATTEMPTS = 24;

/**
 * Starts one MediaConvert job for one upload. Repeating the call is safe at any point: the row says how far
 * it got, and from the second attempt on MediaConvert is searched for the job first. Two concurrent attempts
 * that both find none send the same ClientRequestToken within the 60 s that a function may run, which is as
 * long as MediaConvert treats them as one job.
 *
 * A refusal ends in the row and a notification; a transient error ends in the retry lane. Any other error is
 * thrown, so that the message is redelivered and finally moved to the dead-letter queue.
 */
export async function startJob(upload: Upload, dependencies: StartJobDependencies): Promise<StartedJob> {
  const { jobs, retryLane } = dependencies;
  const newJob = newJobOf(upload, dependencies.now());
  const earlier = await jobs.create(newJob);
  if (earlier && earlier.status !== "SUBMITTED") {
    // MediaConvert's events announce its jobs; a refusal is announced only here.
    const refusedHere = earlier.status === "ERROR" && earlier.mediaConvertJobId === undefined;
    if (refusedHere) await announceOutcome(earlier, dependencies);
    return { outcome: "known", job: earlier };
  }

  let job = earlier ?? newJob;
  try {
    if (earlier) {
      const claim = await jobs.claimAttempt(job.jobId, (earlier.attempts ?? 0) + 1);
      job = claim.job;
      if (!claim.applied) return { outcome: "known", job };
    }
    return await submit(job, earlier !== undefined, dependencies);
  } catch (error) {
    if (error instanceof TransientError) {
      await retryLane.postpone(job);
      return { outcome: "postponed", job };
    }
    if (error instanceof Refusal) return await refuse(job.jobId, error, dependencies);
    throw error;
  }
}

async function submit(
  job: Job,
  isRepeated: boolean,
  dependencies: StartJobDependencies,
): Promise<StartedJob> {
  const { jobs, transcoder, limits } = dependencies;
  const { jobId } = job;
  const sourceUrl = urlOf(job);
  if (isRepeated) {
    const found = await transcoder.find({ jobId, sourceUrl });
    if (found !== undefined) return { outcome: "found", job: await jobs.recordStart(jobId, found) };
    checkAttempts(job);
  }

  await checkObject(job, dependencies);
  const source = recordedFacts(job) ?? (await transcoder.probe(sourceUrl));
  const { renditions, estimatedCostUsd } = planJob(source, limits);
  // Before CreateJob: if the attempt crashes right after it, the row still says what is being transcoded.
  const plan = await jobs.recordPlan(jobId, { source, estimatedCostUsd });
  if (!plan.applied) return { outcome: "known", job: plan.job };

  const mediaConvertJobId = await transcoder.submit({ jobId, sourceUrl, source, renditions });
  return { outcome: "started", job: await jobs.recordStart(jobId, mediaConvertJobId) };
}

/** The facts that an earlier attempt recorded; undefined if the row has only the few that events report. */
function recordedFacts({ source }: Job): SourceFacts | undefined {
  return sourceFacts.safeParse(source).data;
}

function checkAttempts(job: Job): void {
  if ((job.attempts ?? 0) <= MAX_ATTEMPTS) return;
  throw new Refusal(
    "ATTEMPTS_EXHAUSTED",
    `MediaConvert didn't accept the job in ${MAX_ATTEMPTS} attempts. When it works again, send ` +
      `${JSON.stringify({ bucket: job.inputBucket, key: job.inputFile, force: true })} to the processing queue.`,
  );
}

/**
 * MediaConvert reads the newest version of an object. A job for an older version would transcode the newest
 * twice, so the older one is refused; the newest has a notification of its own. A version uploaded between
 * this check and MediaConvert's read goes undetected.
 */
async function checkObject(job: Job, { sources }: StartJobDependencies): Promise<void> {
  const sourceUrl = urlOf(job);
  if (job.fileSize === 0) {
    throw new Refusal("EMPTY_SOURCE", `${sourceUrl} has 0 bytes. Upload the video again.`);
  }
  const newest = await sources.newest(job.inputBucket, job.inputFile);
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
  if (isNewest) return;
  throw new Refusal(
    "SUPERSEDED",
    `A newer version of ${sourceUrl} was uploaded before this one was transcoded, and has its own job. ` +
      "Upload this version under another key if it is still wanted.",
  );
}

async function refuse(
  jobId: string,
  { code, message }: Refusal,
  dependencies: StartJobDependencies,
): Promise<StartedJob> {
  const { applied, job } = await dependencies.jobs.refuse(jobId, { code, message });
  // A concurrent delivery of the same upload was faster, and its result stands.
  if (!applied) return { outcome: "known", job };
  await announceOutcome(job, dependencies);
  return { outcome: "refused", job };
}

function urlOf({ inputBucket, inputFile }: Job): string {
  return `s3://${inputBucket}/${inputFile}`;
}

function newJobOf(upload: Upload, nowMs: number): Job {
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
  };
}
