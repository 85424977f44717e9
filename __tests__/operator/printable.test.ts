import { execFileSync } from "node:child_process";
import { printable, printableJson, printableLines, shellQuoted } from "../../operator/printable";

const ESCAPED: [name: string, text: string, escaped: string][] = [
  ["an escape sequence", "\u001b[2J", "\\x1b[2J"],
  ["an 8-bit escape sequence", "\u009b2J", "\\x9b2J"],
  ["a line feed", "a\nb", "a\\x0ab"],
  ["a right-to-left override", "\u202egpm.4pm", "\\u202egpm.4pm"],
  ["a right-to-left isolate", "\u2067a\u2069", "\\u2067a\\u2069"],
  ["a zero-width space", "a\u200bb", "a\\u200bb"],
  ["line and paragraph separators", "a\u2028b\u2029", "a\\u2028b\\u2029"],
  ["a tag character", "a\u{e0041}", "a\\U000e0041"],
  ["half of a surrogate pair", "a\ud800", "a\\ud800"],
];

describe("a printed name", () => {
  it.each(ESCAPED)("escapes %s", (_name, text, escaped) => {
    expect(printable(text)).toBe(escaped);
  });

  it("keeps every other character", () => {
    const name = "夏 祭り – «été» 'x' \\ 🎬 العربية.mp4";
    expect(printable(name)).toBe(name);
  });
});

describe("printed JSON", () => {
  it.each(ESCAPED)("escapes %s, and reads back the same", (_name, text) => {
    const json = printableJson({ [text]: text });
    expect(JSON.parse(json)).toEqual({ [text]: text });
    expect(printableLines(json)).toBe(json);
  });
});

it("keeps the line feeds of a message of several lines", () => {
  expect(printableLines("a\u001b\nb\r\n")).toBe("a\\x1b\nb\\x0d\n");
});

describe("a printed command line", () => {
  it.each([["-i"], ["a b"], ["it's"], ["$(id)"], ["\u001b[2J it's \\n \u202e.mp4"], [""]])(
    "quotes %j so that Bash reads it back",
    (argument) => {
      const quoted = shellQuoted(argument);
      expect(printable(quoted)).toBe(quoted);
      const read = execFileSync("bash", ["--norc", "-c", `printf %s ${quoted}`], {
        env: { LC_ALL: "C.UTF-8" },
        stdio: ["ignore", "pipe", "inherit"],
      });
      expect(read.toString()).toBe(argument);
    },
  );
});
