import type { JobOutputs, Playback } from "./job";

/** The distribution serves both output buckets under one path, the object's key (ADR 0014). */
export function playbackOf(outputs: JobOutputs, domain: string): Playback {
  const published = (url: string | undefined) => url && publishedUrl(url, `https://${domain}`);
  return {
    hlsManifest: published(outputs.hlsManifest),
    poster: published(outputs.poster),
    thumbnailPrefix: published(outputs.thumbnailPrefix),
    storyboard: published(outputs.storyboard),
  };
}

/** Where viewers find another output of a job that has playback URLs. */
export function publishedWith({ hlsManifest = "" }: Playback, url: string): string {
  return publishedUrl(url, new URL(hlsManifest).origin);
}

function publishedUrl(url: string, origin: string): string {
  return url.replace(/^s3:\/\/[^/]+/, origin);
}
