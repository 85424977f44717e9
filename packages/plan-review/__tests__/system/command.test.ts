import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const MAIN = resolve(__dirname, "../../main.ts");

describe("plan-review", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "plan-review-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const review = (input: string, ...parameters: string[]) =>
    spawnSync(process.execPath, ["--import", "tsx", MAIN, ...parameters], { input, encoding: "utf8" });

  it("reviews a file", () => {
    const { stdout, status } = review("", join(__dirname, "../changed-pipeline.plan.json"));
    expect({ status, firstLine: stdout.split("\n")[0] }).toEqual({
      status: 0,
      firstLine: "### Plan: 0 to create, 2 to change, 1 to replace, 1 to destroy",
    });
  });

  it("reviews standard input", () => {
    const { stdout, status } = review('{"format_version":"1.2","terraform_version":"1.11.4"}');
    expect({ status, stdout }).toEqual({ status: 0, stdout: "### No changes\n" });
  });

  it.each([
    [
      "a file that isn't JSON",
      "PK\u0003\u0004",
      /^Standard input is not JSON; create it with: terraform show -json/,
    ],
    [
      "JSON that isn't a plan",
      '{"a":1}',
      /^Standard input is JSON, but not a plan of Terraform 1 \(look at format_version\)/,
    ],
    [
      "a plan of another major version",
      '{"format_version":"2.0","terraform_version":"3"}',
      /look at format_version/,
    ],
  ])("refuses %s in one sentence", (_, input, sentence) => {
    const { stdout, stderr, status } = review(input);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("refuses a missing file, and more than one file", () => {
    const missing = join(folder, "none.json");
    expect(review("", missing)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/none\.json' can't be read \(ENOENT\)/),
    });
    writeFileSync(join(folder, "a.json"), "{}");
    expect(review("", join(folder, "a.json"), "b.json")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Only one plan at a time/),
    });
  });
});
