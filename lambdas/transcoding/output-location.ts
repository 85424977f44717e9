/**
 * Where a job's outputs go and what they are called. MediaConvert appends modifiers, numbers and
 * endings to a destination: `…/<jobId>/main` + `_720p` becomes `main_720p.m3u8` and `main_720p_00001.ts`,
 * beside the master playlist `main.m3u8`; captures are `main_thumb.0000000.jpg` and so on.
 */
const BASE_NAME = "main";

export const THUMBNAIL_MODIFIER = "_thumb";

export function destinationOf(bucket: string, jobId: string): string {
  return `s3://${bucket}/${jobId}/${BASE_NAME}`;
}

export function renditionModifier(rungName: string): string {
  return `_${rungName}`;
}

/** The rung's name from its playlist's URL; undefined if the playlist isn't named as ours are. */
export function rungNameOf(playlist: string): string | undefined {
  return new RegExp(`/${BASE_NAME}_([^/]+)\\.m3u8$`).exec(playlist)?.[1];
}

/** Captures are numbered from 0 with seven digits. */
export function capturePath(base: string, index: number): string {
  return `${base}.${String(index).padStart(7, "0")}.jpg`;
}

/** MediaConvert's events name the last capture only. */
export function capturesUpTo(
  lastCapture: string,
): { prefix: string; count: number; first: string } | undefined {
  const [, prefix, number, ending] = /^(.+\.)(\d{7})(\.jpg)$/.exec(lastCapture) ?? [];
  if (prefix === undefined || number === undefined || ending === undefined) return undefined;
  return { prefix, count: Number(number) + 1, first: `${prefix}${"0".repeat(number.length)}${ending}` };
}
