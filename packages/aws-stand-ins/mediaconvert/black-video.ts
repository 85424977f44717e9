import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Milliseconds from the start; `end` is the first frame that isn't black. */
export interface BlackSegment {
  readonly start: number;
  readonly end: number;
}

/** Inside the work directory. */
const REPORT_FILE = "black.txt";

/**
 * Ends a filter chain of its own. The service publishes no threshold; this one is ffmpeg's, 98 % of the pixels below a
 * tenth of the brightness range.
 */
export const BLACK_DETECTION = [
  "scale=160:-2",
  "blackdetect=d=0",
  `metadata=print:file=${REPORT_FILE}`,
  "nullsink",
];

/** The black segments of a job's input; its end closes the last one. */
export async function readBlackSegments(directory: string, durationSeconds: number): Promise<BlackSegment[]> {
  const report = await readFile(join(directory, REPORT_FILE), "utf8");
  const times = (name: string) =>
    [...report.matchAll(new RegExp(`lavfi\\.black_${name}=([\\d.]+)`, "g"))].map(([, seconds]) =>
      Math.round(Number(seconds) * 1000),
    );
  const ends = times("end");
  return times("start").map((start, index) => ({
    start,
    end: ends[index] ?? Math.round(durationSeconds * 1000),
  }));
}

/**
 * What every COMPLETE event says of black video, without a setting that asks for it. Real events omit the segments if
 * there are none.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_complete.html
 */
export function blackVideoDetails(segments: readonly BlackSegment[]) {
  return {
    blackVideoDetected: segments.reduce((sum, { start, end }) => sum + end - start, 0),
    ...(segments.length > 0 && { blackVideoSegments: segments }),
  };
}
