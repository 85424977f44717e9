import type { Job } from "../jobs/job";
import { jobIdOf } from "../jobs/job-id";
import { UnknownJobError } from "../jobs/job-repository";
import { type AnnouncementDependencies, announceOutcome } from "../jobs/outcome-announcement";
import { Refusal } from "../transcoding/refusal";
import type { Transcoder } from "../transcoding/transcoder";
import type { Upload } from "./upload";

export interface StartJobDependencies extends AnnouncementDependencies {
  readonly transcoder: Transcoder;
}

/** `known`: the upload was reported before, and there is nothing left to do. */
export type StartOutcome = "started" | "known" | "refused";

/**
 * Makes one upload into one MediaConvert job. Doing it again is safe at any point: the row tells what
 * has been done. A refusal ends in the row and a notification; what else goes wrong is thrown, for
 * another attempt.
 */
export async function startJob(upload: Upload, dependencies: StartJobDependencies): Promise<StartOutcome> {
  const newJob = newJobOf(upload, dependencies.now());
  const { jobId } = newJob;
  const earlier = await dependencies.jobs.create(newJob);
  if (earlier && earlier.status !== "SUBMITTED") {
    // MediaConvert's jobs are announced by their events; one that it never had only by this function.
    const refusedHere = earlier.status === "ERROR" && earlier.mediaConvertJobId === undefined;
    if (refusedHere) await announceOutcome(earlier, dependencies);
    return "known";
  }

  try {
    await submit(jobId, upload, dependencies);
    return "started";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return await refuse(jobId, error, dependencies);
  }
}

async function submit(jobId: string, upload: Upload, { jobs, transcoder }: StartJobDependencies) {
  const sourceUrl = `s3://${upload.bucket}/${upload.key}`;
  if (upload.sizeBytes === 0) {
    throw new Refusal("EMPTY_SOURCE", `${sourceUrl} has 0 bytes. Upload the video again.`);
  }
  const source = await transcoder.probe(sourceUrl);
  const mediaConvertJobId = await transcoder.submit({ jobId, sourceUrl, source });
  const known = { mediaConvertJobId, set: { source } };
  const { applied } = await jobs.change(jobId, { status: "PROCESSING", onlyFrom: "SUBMITTED", ...known });
  // An event of the job came first, and the status is its.
  if (!applied) await jobs.change(jobId, known);
}

async function refuse(
  jobId: string,
  { code, message }: Refusal,
  dependencies: StartJobDependencies,
): Promise<StartOutcome> {
  const { applied, job } = await dependencies.jobs.change(jobId, {
    status: "ERROR",
    onlyFrom: "SUBMITTED",
    set: { error: { code, message } },
  });
  if (!job) throw new UnknownJobError(jobId);
  // Not applied: another delivery of the same upload was faster, and what it wrote stands.
  if (!applied) return "known";
  await announceOutcome(job, dependencies);
  return "refused";
}

function newJobOf(upload: Upload, nowMs: number): Job {
  const nowSeconds = Math.floor(nowMs / 1000);
  return {
    jobId: jobIdOf(upload),
    status: "SUBMITTED",
    createdAt: nowSeconds,
    updatedAt: nowSeconds,
    inputBucket: upload.bucket,
    inputFile: upload.key,
    inputVersionId: upload.versionId,
    fileSize: upload.sizeBytes,
  };
}
