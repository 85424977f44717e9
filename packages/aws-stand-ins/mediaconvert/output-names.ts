import { posix } from "node:path";
import { isCaptures, type OutputGroup, streamSettingsOf } from "./create-job/output-groups";

/**
 * The s3:// location that the names of an output's files begin with: destination s3://b/p/main and modifier
 * _720p give s3://b/p/main_720p. A destination that ends with "/" takes the input's name. Keys aren't URL-encoded.
 * @param nameModifier empty for the group's own manifest
 */
export function outputName(group: OutputGroup, nameModifier: string, fileInput: string): string {
  const { destination } = isCaptures(group)
    ? group.outputGroupSettings.fileGroupSettings
    : streamSettingsOf(group);
  const base = destination.endsWith("/") ? destination + posix.parse(fileInput).name : destination;
  return base + nameModifier;
}

export const playlistUri = (name: string) => `${name}.m3u8`;
export const dashUri = (name: string) => `${name}.mpd`;

/** As in published playlists of the vendor's encoders: main_720p_I-Frame.m3u8 next to main_720p.m3u8. */
export const iFramePlaylistUri = (name: string) => `${name}_I-Frame.m3u8`;

/** @param index from 0 */
export const captureUri = (name: string, index: number) => `${name}.${String(index).padStart(7, "0")}.jpg`;

/** Not documented, so nothing may depend on it. @param index from 1 */
export const sheetUri = (name: string, index: number) => `${name}_${String(index).padStart(9, "0")}.jpg`;

/** How a playlist refers to a file in its own folder. */
export const relativeUri = (uri: string) => encodeURIComponent(posix.basename(uri));
