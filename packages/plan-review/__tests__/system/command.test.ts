import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

const PROJECT = resolve(__dirname, "../../../..");

const review = (input: string, ...parameters: string[]) =>
  spawnSync(process.execPath, ["run.mjs", "packages/plan-review/main.ts", ...parameters], {
    cwd: PROJECT,
    input,
    encoding: "utf8",
  });

describe("plan-review", () => {
  it("reviews a file, and ends with status 3 because its plan loses data", () => {
    const { stdout, status } = review("", join(__dirname, "../changed-pipeline.plan.json"));
    expect({ status, firstLine: stdout.split("\n")[0] }).toEqual({
      status: 3,
      firstLine: "### Plan: 0 to create, 2 to change, 1 to replace, 1 to destroy",
    });
  });

  it("reviews standard input, and ends with status 0 because its plan changes nothing", () => {
    const { stdout, status } = review('{"format_version":"1.2","terraform_version":"1.11.4"}');
    expect({ status, stdout }).toEqual({ status: 0, stdout: "### No changes\n" });
  });

  it("explains itself, and reads no plan, with --help", () => {
    const { stdout, status } = review("", "--help");
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^Usage: .*plan:review.*\n[\s\S]*Exit status: 0/),
    });
  });

  it.each([
    ["PK\u0003\u0004", "Standard input is not JSON; create it with: terraform show -json"],
    ['{"a":1}', "Standard input is JSON, but not a plan of Terraform 1 (look at format_version)"],
    [
      '{"format_version":"1.0","terraform_version":"1.11.4","values":{}}',
      "Standard input is JSON, but not a plan of Terraform 1 (look at values)",
    ],
    [
      '{"format_version":"2.0","terraform_version":"3"}',
      "Standard input is JSON, but not a plan of Terraform 1 (look at format_version)",
    ],
  ])("refuses %j in one sentence", (input, sentence) => {
    const { stdout, stderr, status } = review(input);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.slice(0, sentence.length)).toBe(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it.each([
    [["/no/such/plan.json"], "'/no/such/plan.json' can't be read (ENOENT)"],
    [["a.json", "b.json"], "Only one plan at a time"],
  ])("refuses the files %j", (files, sentence) => {
    expect(review("", ...files)).toMatchObject({ status: 2, stderr: expect.stringContaining(sentence) });
  });
});
