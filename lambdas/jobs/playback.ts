import type { JobOutputs, Playback } from "./job";

/** The distribution serves both output buckets under one path, the object's key (ADR 0014). */
export function playbackOf(outputs: JobOutputs, domain: string): Playback {
  const published = (url: string | undefined) => url?.replace(/^s3:\/\/[^/]+/, `https://${domain}`);
  return {
    hlsManifest: published(outputs.hlsManifest),
    poster: published(outputs.poster),
    thumbnailPrefix: published(outputs.thumbnailPrefix),
  };
}
