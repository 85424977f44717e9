import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Cell = string | number;

/** In Markdown. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

export interface GeneratedDocument {
  readonly path: string;
  readonly written: string;
  readonly computed: string;
}

/** A document with the tables between `<!-- name -->` and `<!-- end -->` as they are written, and as they are computed. */
export function documentWithTables(
  fileName: string,
  tables: Readonly<Record<string, () => string>>,
): GeneratedDocument {
  const path = join(__dirname, "../../docs", fileName);
  const written = readFileSync(path, "utf8");
  const computed = Object.entries(tables).reduce((text, [name, makeTable]) => {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- end -->)`);
    if (!place.test(text)) throw new Error(`docs/${fileName} has no place for the table ${name}.`);
    return text.replace(place, (_table, start, end) => `${start}${makeTable()}${end}`);
  }, written);
  return { path, written, computed };
}
