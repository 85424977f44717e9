import { withRows } from "../../bench/report";

const MACHINE = "2 × CPU, 8 GiB, Node.js v20.0.0";
const measured = (what: string, value: number) => ({ what, value, aim: 2, limit: 4 });
const empty = "Before.\n<!-- measured -->\n<!-- /measured -->\nAfter.\n";
const first = withRows(empty, [measured("a", 1), measured("c", 3)], MACHINE, "2026-01-01");

it("adds rows with the date of their measurement", () => {
  expect(first).toBe(
    [
      "Before.",
      "<!-- measured -->",
      MACHINE,
      "",
      "| what | measured | aim | limit | on |",
      "|---|---|---|---|---|",
      "| a | 1 | ≤ 2 | ≤ 4 | 2026-01-01 |",
      "| c | 3 | ≤ 2 | ≤ 4 | 2026-01-01 |",
      "<!-- /measured -->",
      "After.",
      "",
    ].join("\n"),
  );
});

it("replaces rows of the same name, adds new ones after the row before them, and keeps the others", () => {
  const second = withRows(first, [measured("a", 1.5), measured("b", 2)], MACHINE, "2026-02-02");
  expect(second.split("\n").filter((line) => /^\| [abc] /.test(line))).toEqual([
    "| a | 1.50 | ≤ 2 | ≤ 4 | 2026-02-02 |",
    "| b | 2 | ≤ 2 | ≤ 4 | 2026-02-02 |",
    "| c | 3 | ≤ 2 | ≤ 4 | 2026-01-01 |",
  ]);
});

it("drops the rows of another machine", () => {
  const second = withRows(first, [measured("b", 2)], "another machine", "2026-02-02");
  expect(second.split("\n").filter((line) => /^\| [abc] /.test(line))).toEqual([
    "| b | 2 | ≤ 2 | ≤ 4 | 2026-02-02 |",
  ]);
});
