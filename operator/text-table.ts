import width from "string-width";
import { printable } from "./printable";

const GAP = "  ";

/**
 * Rows of cells as aligned lines. Widths are those of a terminal, on which Japanese takes two columns.
 *
 * @param columns of the terminal: longer lines are cut. @default never cut
 */
export function textTable(rows: readonly (readonly string[])[], columns = Number.POSITIVE_INFINITY): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => width(row[column] ?? ""))),
  );
  return cells
    .map((row) => {
      const line = row
        .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
        .join(GAP);
      return cut(line.trimEnd(), columns);
    })
    .join("\n");
}

function cut(line: string, columns: number): string {
  if (width(line) <= columns) return line;
  let kept = "";
  for (const character of line) {
    if (width(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** `90` → `1 m`, the largest unit only. */
export function ageOf(seconds: number): string {
  const [amount, unit] =
    seconds < 60
      ? [seconds, "s"]
      : seconds < 3600
        ? [seconds / 60, "m"]
        : seconds < 86_400
          ? [seconds / 3600, "h"]
          : [seconds / 86_400, "d"];
  return `${Math.floor(amount as number)} ${unit}`;
}

export const usd = (amount: number) => `$${amount.toFixed(amount < 1 ? 4 : 2)}`;
