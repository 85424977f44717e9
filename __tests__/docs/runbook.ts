/** A command of docs/operations.md, and what the page says that it prints. */
export interface RunbookCommand {
  /** After `npm run media -- `. */
  readonly commandLine: string;
  readonly printed: string;
}

/** A section of docs/operations.md: `### \`media-dlq-depth-S\``, or a question. */
export interface RunbookSection {
  readonly title: string;
  readonly text: string;
}

export function sectionsOf(page: string): RunbookSection[] {
  return page
    .split(/^#{2,3} /m)
    .slice(1)
    .map((section) => {
      const [title = "", ...lines] = section.split("\n");
      return { title, text: lines.join("\n") };
    });
}

/** Every block of shell commands with the block of text below it. @throws Error for a block that isn't one command of these */
export function commandsOf(page: string): RunbookCommand[] {
  return [...page.matchAll(/^```sh\n(.*?)^```\n(?:```text\n(.*?)^```\n)?/gms)].map(
    ([, command = "", printed]) => {
      const [, commandLine] = /^npm run (?:--silent )?media -- (.+ --env S)\n$/.exec(command) ?? [];
      if (commandLine === undefined) throw new Error(`Not one command of npm run media: ${command}`);
      if (printed === undefined)
        throw new Error(`docs/operations.md doesn't say what this prints: ${command}`);
      return { commandLine, printed };
    },
  );
}

/** What differs from run to run, and between this machine and AWS. */
const VARYING: readonly [pattern: RegExp, shape: string][] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b/g, "ID"],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{3}Z?/g, "TIME"],
  [/\d{4}-\d\d-\d\d/g, "DAY"],
  [/-S-A\b|-dev-000000000000\b/g, "-ENVIRONMENT"],
  [/-S\b|-dev\b/g, "-ENVIRONMENT"],
  [/--env (S|dev)\b/g, "--env ENVIRONMENT"],
  [/\b\d+ [smhd]\b/g, "AGE"],
  [/(?<!\w)\d+(\.\d+)?/g, "N"],
  [/ +/g, " "],
];

function shapeOf(line: string): string {
  return VARYING.reduce((shape, [pattern, name]) => shape.replace(pattern, name), line).trim();
}

/**
 * How the answer differs in shape from what the page prints: lines of one that the other lacks, however often they are
 * repeated. On the page, `…` stands for any text, and a line of its own for any lines.
 */
export function differencesOf(printed: string, answer: string): string[] {
  const expected = linesOf(printed);
  const given = linesOf(answer);
  const matches = (pattern: string, line: string) =>
    new RegExp(`^${pattern.split("…").map(escaped).join(".*")}$`).test(line);
  const missing = expected.filter((pattern) => !given.some((line) => matches(pattern, line)));
  const more = expected.includes("…")
    ? []
    : given.filter((line) => !expected.some((pattern) => matches(pattern, line)));
  return [...missing.map((line) => `missing: ${line}`), ...more.map((line) => `not on the page: ${line}`)];
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const linesOf = (text: string) => [...new Set(text.split("\n").map(shapeOf))].filter((line) => line !== "");
