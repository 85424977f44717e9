/** A video's captures, the first at 0 ms. */
export interface Captures {
  /** At least 1. */
  readonly count: number;
  readonly intervalMs: number;
  /** In bytes, by index. @default unknown */
  readonly sizes?: ReadonlyMap<number, number>;
}

/** Milliseconds from the start. */
export interface BlackSegment {
  readonly start: number;
  readonly end: number;
}

/** Past the opening titles, before the plot: many videos fade in from black, and few show their subject at once. */
const POSITION = 0.1;

/** JPEG leaves almost nothing of a uniform picture: 1.6 kB of 640x360 pixels, 17 to 47 kB of a scene (ADR 0031). */
const NEARLY_UNIFORM = 1 / 4;

/**
 * The index of the capture that represents the video: of those that show something, the nearest to a tenth of its
 * duration. If all are black or nearly uniform, the nearest that isn't black; if all are black, the nearest of all.
 */
export function posterIndex(
  { count, intervalMs, sizes = new Map() }: Captures,
  durationMs: number,
  blackSegments: readonly BlackSegment[],
): number {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const isBright = (index: number) => {
    const atMs = index * intervalMs;
    return !blackSegments.some(({ start, end }) => start <= atMs && atMs < end);
  };
  const bright = indexes.filter(isBright);
  const least = NEARLY_UNIFORM * median(bright.flatMap((index) => sizes.get(index) ?? []));
  const detailed = bright.filter((index) => (sizes.get(index) ?? least) >= least);
  const candidates = [detailed, bright, indexes].find(({ length }) => length > 0) ?? [0];
  return candidates.reduce((nearest, index) =>
    distance(index * intervalMs, durationMs) < distance(nearest * intervalMs, durationMs) ? index : nearest,
  );
}

/** The capture that is nearest to a time; undefined for a time beyond the video. */
export function captureAt({ count, intervalMs }: Captures, durationMs: number, atMs: number) {
  if (!(atMs >= 0 && atMs <= durationMs)) return undefined;
  const index = Math.min(count - 1, Math.round(atMs / intervalMs));
  return { index, atMs: index * intervalMs };
}

function distance(atMs: number, durationMs: number): number {
  return Math.abs(atMs - durationMs * POSITION);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
