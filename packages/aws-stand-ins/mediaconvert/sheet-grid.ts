import type { TileSettings } from "./create-job/image-trick-play";
import { JobError, JobErrorCode } from "./errors";
import type { Size } from "./frame-size";
import { quotient, type Rational } from "./source";

/** Thumbnails side by side on sheets. */
export interface SheetGrid {
  /** Of a thumbnail. */
  readonly size: Size;
  readonly intervalFrames: number;
  readonly intervalSeconds: number;
  readonly columns: number;
  readonly rows: number;
}

/** The service rejects a job whose sheets would be higher, by the documentation of ThumbnailHeight. */
const MAX_SHEET_HEIGHT = 4096;

/**
 * How a group's thumbnails are drawn. They follow the time line and the frame rate of its renditions: an interval
 * that doesn't align with the frames is rounded to them, as the documentation of ThumbnailInterval says.
 *
 * @param rendition the group's first
 * @throws JobError 1040 for sheets that are too high
 */
export function sheetGrid(
  settings: TileSettings,
  rendition: { readonly size: Size; readonly frameRate: Rational },
): SheetGrid {
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
    size: { width, height },
    intervalFrames,
    intervalSeconds: intervalFrames / rate,
    columns,
    rows,
  };
}

const heightFor = (width: number, picture: Size) =>
  Math.max(2, 2 * Math.round((width * picture.height) / picture.width / 2));
