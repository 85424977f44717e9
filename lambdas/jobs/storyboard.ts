import { posix } from "node:path";

/** A sheet of thumbnails, as an image playlist lists it. */
interface Sheet {
  readonly uri: string;
  /** The time that the sheet covers. */
  readonly seconds: number;
  readonly columns: number;
  readonly rows: number;
  /** The time for which one thumbnail stands. */
  readonly thumbnailSeconds: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The image playlist that a master playlist names, relative to it; undefined if it names none. */
export function imagePlaylistOf(masterPlaylist: string): string | undefined {
  return /^#EXT-X-IMAGE-STREAM-INF:.*\bURI="([^"]+)"/m.exec(masterPlaylist)?.[1];
}

/**
 * The storyboard of an image playlist: WebVTT whose cues name a part of a sheet, as video.js, Vidstack, Plyr and
 * Shaka read it.
 *
 * @param imagePlaylist in the format of https://github.com/image-media-playlist/spec, version 0.4
 * @param playlistUri where that is, relative to the storyboard
 * @returns undefined if the playlist lists no sheet that can be shown
 */
export function storyboardOf(imagePlaylist: string, playlistUri: string): string | undefined {
  const sheets = sheetsOf(imagePlaylist);
  if (sheets.length === 0) return undefined;
  const cues: string[] = [];
  let startSeconds = 0;
  for (const sheet of sheets) {
    const uri = posix.join(posix.dirname(playlistUri), sheet.uri);
    cues.push(...cuesOf({ ...sheet, uri }, startSeconds));
    startSeconds += sheet.seconds;
  }
  return ["WEBVTT", ...cues].join("\n\n").concat("\n");
}

/** The last sheet covers less time than its thumbnails would need: the rest of its places are empty. */
function cuesOf(sheet: Sheet, startSeconds: number): string[] {
  const { uri, seconds, columns, rows, thumbnailSeconds, widthPx, heightPx } = sheet;
  // The tolerance keeps a rounded duration from adding a cue of no length.
  const count = Math.min(columns * rows, Math.ceil((seconds - 0.002) / thumbnailSeconds));
  return Array.from({ length: Math.max(1, count) }, (_, index) => {
    const from = startSeconds + index * thumbnailSeconds;
    const to = Math.min(from + thumbnailSeconds, startSeconds + seconds);
    const place = [(index % columns) * widthPx, Math.floor(index / columns) * heightPx, widthPx, heightPx];
    return `${timestamp(from)} --> ${timestamp(to)}\n${uri}#xywh=${place.join(",")}`;
  });
}

function sheetsOf(imagePlaylist: string): Sheet[] {
  const sheets: Sheet[] = [];
  let seconds = 0;
  let tiles = "";
  for (const line of imagePlaylist.split(/\r?\n/)) {
    if (line.startsWith("#EXTINF:")) seconds = Number.parseFloat(line.slice("#EXTINF:".length));
    else if (line.startsWith("#EXT-X-TILES:")) tiles = line;
    else if (line !== "" && !line.startsWith("#")) sheets.push(...sheetOf(line, seconds, tiles));
  }
  return sheets;
}

/** @returns nothing for a sheet of unknown layout, or one that isn't next to its playlist */
function sheetOf(uri: string, seconds: number, tiles: string): Sheet[] {
  const [, widthPx, heightPx] = /\bRESOLUTION=(\d+)x(\d+)/.exec(tiles) ?? [];
  const [, columns, rows] = /\bLAYOUT=(\d+)x(\d+)/.exec(tiles) ?? [];
  const [, duration] = /\bDURATION=([\d.]+)/.exec(tiles) ?? [];
  const isRelative = !/^([a-z][a-z\d+.-]*:|\/)/i.test(uri);
  if (!isRelative || !widthPx || !heightPx || !columns || !rows || !(seconds > 0)) return [];
  const layout = { columns: Number(columns), rows: Number(rows) };
  const thumbnailSeconds = Number(duration) || seconds / (layout.columns * layout.rows);
  return [
    { uri, seconds, ...layout, thumbnailSeconds, widthPx: Number(widthPx), heightPx: Number(heightPx) },
  ];
}

/** WebVTT's `hh:mm:ss.ttt`. */
function timestamp(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  const part = (unit: number, base: number, digits = 2) =>
    String(Math.floor(milliseconds / unit) % base).padStart(digits, "0");
  return `${part(3_600_000, Number.MAX_SAFE_INTEGER)}:${part(60_000, 60)}:${part(1000, 60)}.${part(1, 1000, 3)}`;
}
