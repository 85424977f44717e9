import { type CaptionTrack, trackId } from "../captions/caption-track";

/**
 * The base name of a job's outputs. MediaConvert appends modifiers, numbers and extensions: `…/<jobId>/main`
 * becomes the master playlist `main.m3u8`, a rendition's `main_720p.m3u8` and `main_720p_00001.ts`, and the
 * captures `main_thumb.0000000.jpg` and so on.
 */
const BASE_NAME = "main";

export const THUMBNAIL_MODIFIER = "_thumb";

export function destinationOf(bucket: string, jobId: string): string {
  return `s3://${bucket}/${jobId}/${BASE_NAME}`;
}

export function renditionModifier(name: string): string {
  return `_${name}`;
}

/** What an output of captions is called, like a rung. */
export function captionsName(track: CaptionTrack): string {
  return `captions_${trackId(track)}`;
}

/** The rung's name from its playlist's URL; undefined if the URL doesn't follow our naming. */
export function rungNameOf(playlist: string): string | undefined {
  return new RegExp(`/${BASE_NAME}_([^/]+)\\.m3u8$`).exec(playlist)?.[1];
}

/** The playlist of one rendition of the picture or the sound, from the manifest's URL. */
export function playlistOf(hlsManifest: string, name: string): string {
  return `${hlsManifest.replace(/\.m3u8$/, "")}${renditionModifier(name)}.m3u8`;
}

/** The storyboard stands next to the manifest, so that it names its sheets relatively. */
export function storyboardPath(hlsManifest: string): string {
  return `${hlsManifest.replace(/\.m3u8$/, "")}_storyboard.vtt`;
}

/** Captures are numbered from 0 with seven digits. */
export function capturePath(base: string, index: number): string {
  return `${base}.${String(index).padStart(7, "0")}.jpg`;
}

/** All captures, from the last one: MediaConvert's events name no other. */
export function capturesUpTo(lastCapture: string): { base: string; count: number } | undefined {
  const [, base, number] = /^(.+)\.(\d{7})\.jpg$/.exec(lastCapture) ?? [];
  return base === undefined ? undefined : { base, count: Number(number) + 1 };
}
