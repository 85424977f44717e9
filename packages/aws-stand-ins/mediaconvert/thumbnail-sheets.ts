import { relativeUri } from "./output-names";
import type { TiledImages } from "./renditions";
import type { SheetPlan } from "./stream-plan";

/** Of frames at a constant rate: the one at 0 s and then one at each interval. */
export const selectThumbnails = ({ intervalFrames }: SheetPlan) => `select='not(mod(n\\,${intervalFrames}))'`;

/** Puts thumbnails side by side, on sheets that are numbered a second apart. */
export const tileThumbnails = ({ columns, rows }: SheetPlan) =>
  `setpts=N/TB,tile=${columns}x${rows},setpts=N/TB`;

/** A sheet as the image playlist lists it. */
export interface Sheet {
  readonly uri: string;
  readonly seconds: number;
  readonly bytes: number;
}

/** What each of a video's sheets covers: all the same time, except the last, which ends with the video. */
export function sheetSeconds(
  count: number,
  { intervalSeconds, columns, rows }: SheetPlan,
  durationSeconds: number,
): number[] {
  const full = columns * rows * intervalSeconds;
  return Array.from({ length: count }, (_, index) =>
    index < count - 1 ? full : Math.max(0.001, durationSeconds - index * full),
  );
}

/**
 * The tags of the image media playlist specification, version 0.4, which Roku's trick mode reads:
 * https://github.com/image-media-playlist/spec
 * @param remark a comment at the beginning
 */
export function imagePlaylist(
  { size, columns, rows, intervalSeconds }: SheetPlan,
  sheets: readonly Sheet[],
  remark?: string,
): string {
  const seconds = (value: number) => String(Number(value.toFixed(6)));
  const entries = sheets.map((sheet) => {
    const tile = seconds(Math.min(intervalSeconds, sheet.seconds));
    return [
      `#EXTINF:${seconds(sheet.seconds)},`,
      `#EXT-X-TILES:RESOLUTION=${size.width}x${size.height},LAYOUT=${columns}x${rows},DURATION=${tile}`,
      relativeUri(sheet.uri),
    ];
  });
  return `${[
    "#EXTM3U",
    ...(remark ? [`# ${remark}`] : []),
    "#EXT-X-VERSION:3",
    `#EXT-X-TARGETDURATION:${Math.ceil(Math.max(...sheets.map((sheet) => sheet.seconds)))}`,
    "#EXT-X-MEDIA-SEQUENCE:1",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-IMAGES-ONLY",
    ...entries.flat(),
    "#EXT-X-ENDLIST",
  ].join("\n")}\n`;
}

/** The image playlist's line in the master playlist. */
export function imageStreamInf({ size }: SheetPlan, uri: string, sheets: readonly Sheet[]): string {
  const attributes = [
    `BANDWIDTH=${bandwidthOf(sheets)}`,
    `RESOLUTION=${size.width}x${size.height}`,
    'CODECS="jpeg"',
    `URI="${relativeUri(uri)}"`,
  ];
  return `#EXT-X-IMAGE-STREAM-INF:${attributes.join(",")}`;
}

/** What a DASH manifest says of them. */
export function tiledImages(
  { name, size, columns, rows, intervalSeconds }: SheetPlan,
  sheets: readonly Sheet[],
): TiledImages {
  return {
    media: `${relativeUri(name)}_$Number%09d$.jpg`,
    width: size.width * columns,
    height: size.height * rows,
    columns,
    rows,
    secondsOfSheet: columns * rows * intervalSeconds,
    bandwidth: bandwidthOf(sheets),
  };
}

const bandwidthOf = (sheets: readonly Sheet[]) =>
  Math.ceil(Math.max(...sheets.map(({ bytes, seconds }) => (8 * bytes) / seconds)));
