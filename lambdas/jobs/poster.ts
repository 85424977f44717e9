/** A video's captures, the first at 0 ms. */
interface Captures {
  /** At least 1. */
  readonly count: number;
  readonly intervalMs: number;
}

/** Milliseconds from the start. */
export interface BlackSegment {
  readonly start: number;
  readonly end: number;
}

/** Past the opening titles, before the plot: many videos fade in from black, and few show their subject at once. */
const POSITION = 0.1;

/**
 * The index of the capture that represents the video: of those that aren't black, the nearest to a tenth of its
 * duration. If all are black, the nearest of all.
 */
export function posterIndex(
  { count, intervalMs }: Captures,
  durationMs: number,
  blackSegments: readonly BlackSegment[],
): number {
  const isBlack = (index: number) => {
    const atMs = index * intervalMs;
    return blackSegments.some(({ start, end }) => start <= atMs && atMs < end);
  };
  const byDistance = Array.from({ length: count }, (_, index) => index).sort(
    (one, other) => distance(one * intervalMs, durationMs) - distance(other * intervalMs, durationMs),
  );
  return byDistance.find((index) => !isBlack(index)) ?? byDistance[0] ?? 0;
}

function distance(atMs: number, durationMs: number): number {
  return Math.abs(atMs - durationMs * POSITION);
}
