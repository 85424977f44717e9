import type { Job } from "../jobs/job";
import { jobIdOf } from "../jobs/job-id";
import { UnknownJobError } from "../jobs/job-repository";
import { type AnnouncementDependencies, announceOutcome } from "../jobs/outcome-announcement";
import type { RetryLane } from "../jobs/retry-lane";
import { Refusal } from "../transcoding/refusal";
import { type SourceFacts, sourceFacts } from "../transcoding/source-facts";
import type { Transcoder } from "../transcoding/transcoder";
import { TransientTrouble } from "../transcoding/transient-trouble";
import { type JobLimits, planJob } from "./job-limits";
import type { SourceStore } from "./source-store";
import type { Upload } from "./upload";

export interface StartJobDependencies extends AnnouncementDependencies {
  readonly sources: SourceStore;
  readonly transcoder: Transcoder;
  readonly retryLane: RetryLane;
  readonly limits: JobLimits;
}

/**
 * `started`: MediaConvert has a new job. `found`: an earlier attempt had started it and couldn't say so.
 * `known`: there was nothing left to do. `postponed`: the retry lane has it.
 */
type StartOutcome = "started" | "found" | "known" | "refused" | "postponed";

export interface StartedJob {
  readonly outcome: StartOutcome;
  /** As far as this call knows the row. */
  readonly job: Job;
}

/** With the retry lane's delays, about four hours of a MediaConvert that takes nothing. */
export const MAX_ATTEMPTS = 24;

/**
 * Makes one upload into one MediaConvert job. Doing it again is safe at any point: the row tells what has
 * been done, and from the second attempt on MediaConvert is asked first whether it has the job already.
 * Two attempts at the same time that both hear "no" send the same ClientRequestToken within the time that
 * a function may run, 60 s, which is as long as MediaConvert makes one job of them.
 *
 * A refusal ends in the row and a notification, trouble that passes in the retry lane. What else goes
 * wrong is thrown, for another delivery and at last the dead-letter queue.
 */
export async function startJob(upload: Upload, dependencies: StartJobDependencies): Promise<StartedJob> {
  const { jobs, retryLane } = dependencies;
  const newJob = newJobOf(upload, dependencies.now());
  const earlier = await jobs.create(newJob);
  if (earlier && earlier.status !== "SUBMITTED") {
    // MediaConvert's jobs are announced by their events; one that it never had only by this function.
    const refusedHere = earlier.status === "ERROR" && earlier.mediaConvertJobId === undefined;
    if (refusedHere) await announceOutcome(earlier, dependencies);
    return { outcome: "known", job: earlier };
  }

  let job = earlier ?? newJob;
  try {
    if (earlier) {
      const attempt = await jobs.change(job.jobId, {
        status: "SUBMITTED",
        onlyFrom: "SUBMITTED",
        set: { attempts: (earlier.attempts ?? 0) + 1 },
      });
      job = attempt.job ?? job;
      if (!attempt.applied) return { outcome: "known", job };
    }
    return await submit(job, earlier !== undefined, dependencies);
  } catch (error) {
    if (error instanceof TransientTrouble) {
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
    if (found !== undefined) return { outcome: "found", job: await recordStart(job, found, dependencies) };
    checkAttempts(job);
  }

  await checkObject(job, dependencies);
  const source = factsInRow(job) ?? (await transcoder.probe(sourceUrl));
  const { renditions, estimatedCostUsd } = planJob(source, limits);
  // Before the job exists: a row whose attempt ends right after CreateJob still tells what is transcoded.
  const planned = await jobs.change(jobId, {
    status: "SUBMITTED",
    onlyFrom: "SUBMITTED",
    set: { source, estimatedCostUsd },
  });
  if (!planned.job) throw new UnknownJobError(jobId);
  if (!planned.applied) return { outcome: "known", job: planned.job };

  const mediaConvertJobId = await transcoder.submit({ jobId, sourceUrl, source, renditions });
  return { outcome: "started", job: await recordStart(planned.job, mediaConvertJobId, dependencies) };
}

/** What an earlier attempt found out; events may have added single facts to the row without it. */
function factsInRow({ source }: Job): SourceFacts | undefined {
  return sourceFacts.safeParse(source).data;
}

function checkAttempts(job: Job): void {
  if ((job.attempts ?? 0) <= MAX_ATTEMPTS) return;
  throw new Refusal(
    "ATTEMPTS_EXHAUSTED",
    `MediaConvert didn't take the job in ${MAX_ATTEMPTS} attempts. When it works again, send ` +
      `${JSON.stringify({ bucket: job.inputBucket, key: job.inputFile, force: true })} to the processing queue.`,
  );
}

/**
 * MediaConvert reads the newest version of an object. A job for an older one would transcode the newer a
 * second time, so the older is refused; the newer has its own notification. A version that is uploaded
 * between this look and MediaConvert's reading can't be noticed.
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
    `A newer version of ${sourceUrl} was uploaded before this one was transcoded, and has a job of its own. ` +
      "Upload this version under another key if it is still wanted.",
  );
}

async function recordStart(
  { jobId }: Job,
  mediaConvertJobId: string,
  { jobs }: StartJobDependencies,
): Promise<Job> {
  const started = await jobs.change(jobId, {
    status: "PROCESSING",
    onlyFrom: "SUBMITTED",
    mediaConvertJobId,
  });
  // An event of the job came first, and the status is its.
  const { job } = started.applied ? started : await jobs.change(jobId, { mediaConvertJobId });
  if (!job) throw new UnknownJobError(jobId);
  return job;
}

async function refuse(
  jobId: string,
  { code, message }: Refusal,
  dependencies: StartJobDependencies,
): Promise<StartedJob> {
  const { applied, job } = await dependencies.jobs.change(jobId, {
    status: "ERROR",
    onlyFrom: "SUBMITTED",
    set: { error: { code, message } },
  });
  if (!job) throw new UnknownJobError(jobId);
  // Not applied: another delivery of the same upload was faster, and what it wrote stands.
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
