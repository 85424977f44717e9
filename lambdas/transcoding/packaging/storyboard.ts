import type { HlsGroupSettings } from "@aws-sdk/client-mediaconvert";
import { fitWithin } from "../picture";
import type { SourceFacts } from "../source-facts";

/** Of a thumbnail: 192x108 for a 16:9 video, 104x184 for a portrait one. A multiple of 4. */
const SIZE_LIMITS = { shortSidePx: 108, longSidePx: 192 };
/** 25 thumbnails on a sheet: one request covers minutes of the video, and no sheet is larger than 960x960. */
const COLUMNS = 5;
const ROWS = 5;

/** For a preview while scrubbing, a thumbnail for each hundredth of the video is enough. */
const ENOUGH_THUMBNAILS = 100;
/** 40 sheets. A longer video gets longer intervals instead. */
const MAX_THUMBNAILS = 1000;
/** From short to long, in seconds. */
const INTERVALS = [1, 2, 5];
const LONGEST_INTERVAL = 10;

/**
 * Asks MediaConvert for thumbnails on sheets, and for the playlist of those that the storyboard is made from (ADR
 * 0030). HLS and CMAF groups have the same members.
 */
export function storyboardSettings(
  source: SourceFacts,
): Pick<HlsGroupSettings, "ImageBasedTrickPlay" | "ImageBasedTrickPlaySettings"> {
  const { widthPx, heightPx } = fitWithin(source, SIZE_LIMITS);
  // MediaConvert accepts multiples of 8.
  const width = Math.max(8, 8 * Math.floor(widthPx / 8));
  const height = 2 * Math.round((width * heightPx) / widthPx / 2);
  return {
    ImageBasedTrickPlay: "ADVANCED",
    ImageBasedTrickPlaySettings: {
      IntervalCadence: "FOLLOW_CUSTOM",
      ThumbnailInterval: intervalFor(source.durationSeconds),
      ThumbnailWidth: width,
      // Without it, MediaConvert keeps the picture's shape, but rejects a job whose sheets become higher than 4096 pixels.
      ...(!source.assumed && { ThumbnailHeight: Math.min(SIZE_LIMITS.longSidePx, Math.max(2, height)) }),
      TileWidth: COLUMNS,
      TileHeight: ROWS,
    },
  };
}

/** @returns seconds */
function intervalFor(durationSeconds: number | undefined): number {
  if (durationSeconds === undefined) return LONGEST_INTERVAL;
  const short = INTERVALS.find((seconds) => durationSeconds <= seconds * ENOUGH_THUMBNAILS);
  return short ?? Math.max(LONGEST_INTERVAL, Math.ceil(durationSeconds / MAX_THUMBNAILS));
}
