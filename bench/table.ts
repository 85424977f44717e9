/** A ratio to a floor that was measured in the same run, a count, or a time. */
export interface Row {
  readonly what: string;
  readonly value: number;
  /** @default none: a ratio or a count */
  readonly unit?: "s" | "ms";
  /** What it should reach. @default none */
  readonly aim?: number | undefined;
  /** Beyond this, something has become worse. @default none */
  readonly limit?: number | undefined;
  /** Whether more is better. @default false */
  readonly isSpeed?: boolean;
}

export const HEAD = ["what", "measured", "aim", "limit"] as const;

/** In Markdown, below {@link HEAD}. */
export const lineOf = (row: Row) =>
  line([row.what, shown(row, row.value), bound(row, row.aim), bound(row, row.limit)]);

/** @param lines as {@link lineOf} makes them */
export function table(head: readonly string[], lines: readonly string[]): string {
  return [line(head), `|${head.map(() => "---|").join("")}`, ...lines].join("\n");
}

const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

export function exceeds({ value, limit, isSpeed = false }: Row): boolean {
  return limit !== undefined && (isSpeed ? value < limit : value > limit);
}

export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function shown({ unit }: Row, value: number): string {
  const number = Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(unit === "ms" ? 1 : 2);
  return unit === undefined ? number : `${number} ${unit}`;
}

const bound = ({ isSpeed = false, unit }: Row, value: number | undefined) =>
  value === undefined ? "" : `${isSpeed ? "≥" : "≤"} ${value} ${unit ?? ""}`.trimEnd();
