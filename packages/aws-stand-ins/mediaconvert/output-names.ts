import { posix } from "node:path";
import type { Output, OutputGroup } from "./settings";

/** The s3:// locations of one output's files; keys are as they are, not URL-encoded. */
export interface OutputUris {
  /** The output group's manifest (HLS only). */
  readonly manifest?: string;
  /** The output's own playlist (HLS only). */
  readonly playlist?: string;
  /** What comes before a segment's or capture's number. */
  readonly prefix: string;
}

/**
 * Names as MediaConvert gives them: destination s3://b/p/main and modifier _720p give main.m3u8,
 * main_720p.m3u8, main_720p_00001.ts. A destination that ends with "/" takes the first input's name.
 */
export function outputUris(group: OutputGroup, output: Output, fileInput: string): OutputUris {
  const { type, hlsGroupSettings, fileGroupSettings } = group.outputGroupSettings;
  const destination = (hlsGroupSettings ?? fileGroupSettings)?.destination ?? "";
  const base = destination.endsWith("/") ? destination + posix.parse(fileInput).name : destination;
  const name = base + (output.nameModifier ?? "");
  if (type !== "HLS_GROUP_SETTINGS") return { prefix: `${name}.` };
  const segmentModifier = output.outputSettings?.hlsSettings?.segmentModifier ?? "";
  return { manifest: `${base}.m3u8`, playlist: `${name}.m3u8`, prefix: `${name}${segmentModifier}_` };
}

/** @param index from 1 */
export const segmentUri = (uris: OutputUris, index: number) =>
  `${uris.prefix}${String(index).padStart(5, "0")}.ts`;

/** @param index from 0 */
export const captureUri = (uris: OutputUris, index: number) =>
  `${uris.prefix}${String(index).padStart(7, "0")}.jpg`;

/** How a playlist names a file that lies beside it. */
export const relativeUri = (uri: string) => encodeURIComponent(posix.basename(uri));
