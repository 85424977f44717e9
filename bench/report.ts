import { HEAD, lineOf, type Row, table } from "./table";

const START = "<!-- measured -->\n";
const END = "<!-- /measured -->";

/**
 * Puts rows into the document's table, in place of earlier rows of the same names. The other rows stay, with the dates when
 * they were measured, unless another machine measured them.
 *
 * @param machine the document has the rows of one
 */
export function withRows(document: string, rows: readonly Row[], machine: string, date: string): string {
  const [before = "", rest = ""] = document.split(START);
  const [old = "", after = ""] = rest.split(END);
  const lines = old.startsWith(`${machine}\n`) ? old.split("\n").filter(isMeasured) : [];
  let next = lines.length;
  for (const row of rows) {
    const line = `${lineOf(row)} ${date} |`;
    const earlier = lines.findIndex((one) => nameOf(one) === row.what);
    if (earlier === -1) lines.splice(next, 0, line);
    else lines[earlier] = line;
    next = (earlier === -1 ? next : earlier) + 1;
  }
  const head = table([...HEAD, "on"], []);
  return [before, START, `${machine}\n\n`, [head, ...lines].join("\n"), "\n", END, after].join("");
}

const isMeasured = (line: string) => line.startsWith("| ") && nameOf(line) !== HEAD[0];

/** The first cell. */
const nameOf = (line: string) => line.split(" | ")[0]?.slice(2);
