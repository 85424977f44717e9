import type { Captions, JobOutputs, Playback } from "./job";

/** The distribution serves both output buckets under one path, the object's key (ADR 0014). */
export function playbackOf(outputs: JobOutputs, domain: string): Playback {
  const origin = `https://${domain}`;
  const published = (url: string | undefined) => url && publishedUrl(url, origin);
  return {
    hlsManifest: published(outputs.hlsManifest),
    dashManifest: published(outputs.dashManifest),
    poster: published(outputs.poster),
    thumbnailPrefix: published(outputs.thumbnailPrefix),
    storyboard: published(outputs.storyboard),
    captions: outputs.captions && publishedCaptions(outputs.captions, origin),
  };
}

/** Where viewers find another output of a job that has playback URLs. */
export function publishedWith(playback: Playback, url: string): string {
  return publishedUrl(url, originOf(playback));
}

export function publishedCaptionsWith(playback: Playback, captions: readonly Captions[]): Captions[] {
  return publishedCaptions(captions, originOf(playback));
}

const originOf = ({ hlsManifest = "" }: Playback) => new URL(hlsManifest).origin;

function publishedCaptions(captions: readonly Captions[], origin: string): Captions[] {
  return captions.map(({ playlist, file, ...track }) => ({
    ...track,
    playlist: publishedUrl(playlist, origin),
    file: file && publishedUrl(file, origin),
  }));
}

function publishedUrl(url: string, origin: string): string {
  return url.replace(/^s3:\/\/[^/]+/, origin);
}
