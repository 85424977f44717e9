import type { StreamManifests } from "../../../lambdas/jobs/job-captions";
import type { OutputPictures } from "../../../lambdas/jobs/output-pictures";
import { storyboardPath } from "../../../lambdas/transcoding/output-location";

/** Jobs whose thumbnails are all alike. */
export const PICTURES: OutputPictures = {
  writeStoryboard: async (hlsManifest) => storyboardPath(hlsManifest),
  captureSizes: async () => new Map(),
};

/** Manifests whose captions nobody looks at. */
export const MANIFESTS: StreamManifests = { showCaptions: async () => {} };
