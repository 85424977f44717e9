import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  PROJECT,
  readBenchArguments,
  readDevArguments,
  readStartArguments,
} from "../../../local/cli/arguments";
import { temporaryFolder } from "../../temporary-folder";

const directory = temporaryFolder();
mkdirSync(join(directory, "other"));
for (const file of ["a.mp4", "b.mp4", join("other", "a.mp4")]) writeFileSync(join(directory, file), "");

let stderr: string;
beforeEach(() => {
  stderr = "";
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += text;
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

describe("npm start", () => {
  it("synthesizes the stack and runs it on a free port, without faults, when it gets no arguments", () => {
    expect(readStartArguments([], directory)).toEqual({
      dataDirectory: join(PROJECT, ".local-pipeline"),
      port: 0,
      files: [],
    });
  });

  it("resolves files and directories against the user's working directory", () => {
    const commandLine = ["--stack", "s", "b.mp4", "--data=d", "--", join("other", "a.mp4")];
    expect(readStartArguments(commandLine, directory)).toMatchObject({
      stackDirectory: join(directory, "s"),
      dataDirectory: join(directory, "d"),
      files: [join(directory, "b.mp4"), join(directory, "other", "a.mp4")],
    });
  });

  it("reads every switch, and options before and after the files", () => {
    const commandLine = ["--json", "a.mp4", "--instant", "--verbose", "--port", "8080", "--faults", "seed=7"];
    expect(readStartArguments(commandLine, directory)).toMatchObject({
      json: true,
      instant: true,
      verbose: true,
      port: 8080,
      faults: { seed: 7 },
    });
  });

  it.each([
    [["--quick"], "unknown option '--quick'"],
    [["--port", "x"], "'--port <N>' argument 'x' is invalid. Use a whole number from 0 to 65535; 0 for any"],
    [["--port", "65536"], "argument '65536' is invalid"],
    [["--port"], "'--port <N>' argument missing"],
    [
      ["--data", ""],
      "'--data <DIR>' argument '' is invalid. It is empty. Give a path, or leave the option out.",
    ],
    [["--stack="], "'--stack <DIR>' argument '' is invalid. It is empty."],
    [["--faults", "nonsense=1"], "'--faults <LIST>' argument 'nonsense=1' is invalid. 'nonsense' is"],
    [[""], "FILE is empty. Give a path, or leave it out."],
    [["no-such.mp4"], "no-such.mp4 doesn't exist. Check the path."],
    [["other"], "other is not a file. Name each video file."],
    [["\u001b[2J\n\u202e.mp4"], "\\x1b[2J\\x0a\\u202e.mp4 doesn't exist. Check the path.\n"],
    [["--\u001b[2J"], "unknown option '--\\x1b[2J'\n"],
    [["--port", "\u202e1"], "argument '\\u202e1' is invalid."],
    [["a.mp4", "a.mp4"], "a.mp4 is named twice. Name it once."],
    [["a.mp4", "b.mp4", "other/a.mp4"], "other/a.mp4 have the same name. Rename one, or run them one after"],
  ])("refuses %j in a sentence, and points to --help", (commandLine, sentence) => {
    expect(() => readStartArguments(commandLine, directory)).toThrow();
    expect(stderr).toContain(sentence);
    expect(stderr).toContain("Add --help for a list of the options.");
  });

  it("prints its help, with every option and the exit statuses, even beside files that don't exist", () => {
    let stdout = "";
    jest.spyOn(process.stdout, "write").mockImplementation((text) => {
      stdout += text;
      return true;
    });
    expect(() => readStartArguments(["no-such.mp4", "--help"], directory)).toThrow(
      expect.objectContaining({ exitCode: 0 }),
    );
    expect(stdout).toMatch(/^Usage: npm start -- \[options\] \[FILE\.\.\.\]\n/);
    for (const option of ["--json", "--port", "--verbose", "--instant", "--faults", "--stack", "--data"])
      expect(stdout).toContain(`  ${option}`);
    expect(stdout).toContain("Exit status: 0");
    expect(stdout).not.toContain(PROJECT);
  });
});

describe("npm run dev", () => {
  it("answers on port 4566 unless it is told otherwise", () => {
    expect(readDevArguments([], directory).port).toBe(4566);
    expect(readDevArguments(["--port", "0"], directory).port).toBe(0);
  });

  it.each([
    [["--json"], "unknown option '--json'"],
    [["a.mp4"], "too many arguments"],
  ])("refuses %j", (commandLine, sentence) => {
    expect(() => readDevArguments(commandLine, directory)).toThrow();
    expect(stderr).toContain(sentence);
  });
});

describe("npm run bench", () => {
  it.each([
    [["--slow"], "unknown option '--slow'"],
    [["a.mp4"], "too many arguments"],
    [["--uploads", "0"], "Use a whole number above 0."],
    [["--rows", "1000,10"], "Use ascending numbers, such as 1000,10000."],
    [["--only", "sleep"], "Allowed choices are growth, load."],
    [["--only", "load", "--quick"], "option '--only <STAGE>' cannot be used with option '--quick'"],
  ])("refuses %j", (commandLine, sentence) => {
    expect(() => readBenchArguments(commandLine, ["growth", "load"])).toThrow();
    expect(stderr).toContain(sentence);
  });
});
