import type { Manifests, RecordedCaptions } from "../captions/show-captions";
import type { JobOutputs } from "./job";
import type { JobRepository } from "./job-repository";

/** The manifests of streams. */
export interface StreamManifests {
  /** Makes the manifests of a stream show exactly these captions. */
  showCaptions(manifests: Manifests, captionsNow: () => Promise<readonly RecordedCaptions[]>): Promise<void>;
}

/**
 * Marks the captions of a job that MediaConvert completed: it can't say that some are forced, and makes the first ones the
 * default. Repeated calls have the same effect, and leave those alone that an operator has added since.
 *
 * @returns why it failed; another try may succeed, and the stream plays without
 */
export async function markCaptions(
  jobId: string,
  { hlsManifest, dashManifest, captions = [] }: JobOutputs = {},
  { jobs, manifests }: { readonly jobs: JobRepository; readonly manifests: StreamManifests },
): Promise<Error | undefined> {
  if (hlsManifest === undefined || captions.length === 0) return undefined;
  try {
    await manifests.showCaptions({ hlsManifest, dashManifest }, async () => {
      const row = await jobs.find(jobId);
      return row?.status === "COMPLETE" ? (row.outputs?.captions ?? []) : captions;
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
