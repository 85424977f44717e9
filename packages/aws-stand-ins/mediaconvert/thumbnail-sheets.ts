import type { TileSettings } from "./create-job/image-trick-play";
import type { RenditionPlan, SheetPlan } from "./encoding-plan";
import { JobError, JobErrorCode } from "./errors";
import type { Size } from "./frame-size";
import { relativeUri } from "./output-names";
import { quotient } from "./source";

/** The service rejects a job whose sheets would be higher, by the documentation of ThumbnailHeight. */
const MAX_SHEET_HEIGHT = 4096;

/**
 * How a group's thumbnails are drawn. They follow the time line and the frame rate of its renditions: an interval
 * that doesn't align with the frames is rounded to them, as the documentation of ThumbnailInterval says.
 *
 * @param rendition the group's first
 * @param group begins the names of the group's files
 * @throws JobError 1040 for sheets that are too high
 */
export function planSheets(
  settings: TileSettings,
  rendition: RenditionPlan,
  group: { readonly workName: string; readonly name: string },
): SheetPlan {
  const { thumbnailWidth: width, tileWidth: columns, tileHeight: rows } = settings;
  const height = settings.thumbnailHeight ?? heightFor(width, rendition.size);
  if (height * rows > MAX_SHEET_HEIGHT)
    throw new JobError(
      JobErrorCode.SETTINGS_DO_NOT_FIT_INPUT,
      `Tiled thumbnails would be ${height * rows} pixels high, more than ${MAX_SHEET_HEIGHT}: ${rows} rows of ${height}.`,
    );
  const rate = quotient(rendition.frameRate);
  const intervalFrames = Math.max(1, Math.round(settings.thumbnailInterval * rate));
  return {
    ...rendition,
    kind: "sheets",
    workName: `${group.workName}-sheets`,
    name: `${group.name}_Thumbnail`,
    size: { width, height },
    intervalFrames,
    intervalSeconds: intervalFrames / rate,
    columns,
    rows,
  };
}

const heightFor = (width: number, picture: Size) =>
  Math.max(2, 2 * Math.round((width * picture.height) / picture.width / 2));

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
  const bandwidth = Math.ceil(Math.max(...sheets.map(({ bytes, seconds }) => (8 * bytes) / seconds)));
  const attributes = [
    `BANDWIDTH=${bandwidth}`,
    `RESOLUTION=${size.width}x${size.height}`,
    'CODECS="jpeg"',
    `URI="${relativeUri(uri)}"`,
  ];
  return `#EXT-X-IMAGE-STREAM-INF:${attributes.join(",")}`;
}
