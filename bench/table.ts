/** A ratio to a floor that was measured in the same run, or a count. */
export interface Row {
  readonly what: string;
  readonly value: number;
  /** What it should reach. @default none */
  readonly aim?: number | undefined;
  /** Above this, something has become worse. @default none */
  readonly limit?: number | undefined;
}

export function markdown(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ what, value, aim, limit }) => `| ${what} | ${shown(value)} | ${bound(aim)} | ${bound(limit)} |`,
  );
  return ["| what | ratio or count | aim | limit |", "|---|---|---|---|", ...lines].join("\n");
}

export const exceeds = ({ value, limit = Number.POSITIVE_INFINITY }: Row) => value > limit;

const shown = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(2));
const bound = (most: number | undefined) => (most === undefined ? "" : `≤ ${most}`);

export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
