import type { MediaConvertEvent } from "../transcoding/media-convert-event";
import { capturesOf } from "./event-effect";
import type { Job } from "./job";
import type { JobRepository } from "./job-repository";
import type { OutputPictures } from "./output-pictures";
import type { WarningCode } from "./warning-code";

/** What is known of a completed job's pictures. */
export interface FoundPictures {
  /** The storyboard's `s3://` URL. */
  readonly storyboard?: string | undefined;
  /** Of the captures in bytes, by index. */
  readonly captureSizes?: ReadonlyMap<number, number> | undefined;
  /** Why they couldn't be read; another try may succeed. */
  readonly failure?: Error;
}

/** Writes the storyboard of a job that MediaConvert completed, and looks at its captures. Never throws. */
export async function findPictures(
  event: MediaConvertEvent,
  hlsManifest: string,
  pictures: OutputPictures,
): Promise<FoundPictures> {
  const captures = capturesOf(event);
  try {
    const [storyboard, captureSizes] = await Promise.all([
      pictures.writeStoryboard(hlsManifest),
      captures && pictures.captureSizes(captures.base),
    ]);
    return { storyboard, captureSizes };
  } catch (error) {
    return { failure: error instanceof Error ? error : new Error(String(error)) };
  }
}

const STORYBOARD_MISSING: WarningCode = "STORYBOARD_MISSING";

/**
 * Makes a COMPLETE row say what became of its storyboard. A row that ended with one stays as it is; another gets the
 * one that a later try has written, or a warning.
 */
export async function settleStoryboard(
  job: Job,
  mediaConvertJobId: string,
  { storyboard, failure }: FoundPictures,
  jobs: JobRepository,
): Promise<Job> {
  if (job.outputs?.storyboard !== undefined) return job;
  if (storyboard !== undefined) return jobs.addStoryboard(job, storyboard, STORYBOARD_MISSING);
  if (job.warnings?.[STORYBOARD_MISSING] !== undefined) return job;
  const reason = failure
    ? `its storyboard couldn't be written (${failure.name})`
    : "MediaConvert listed no thumbnails for it";
  const text = `The video has no preview for scrubbing: ${reason}. It plays without. If you need the preview, run the job again.`;
  return jobs.addWarnings(job.jobId, mediaConvertJobId, { [STORYBOARD_MISSING]: text });
}
