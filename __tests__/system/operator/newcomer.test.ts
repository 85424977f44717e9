import { cpSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../temporary-folder";
import { PROJECT, run, runScript } from "../commands";

const folder = temporaryFolder();

describe("npm start", () => {
  it("says at once that it starts, then each step, and ends with a summary for people", async () => {
    const parameters = ["--silent", "start", "--", "--instant", "--data", join(folder, "data")];
    const { status, stdout, stderr } = await run("npm", parameters);
    expect({ status, steps: stderr.split("\n").slice(0, 3) }).toEqual({
      status: 0,
      steps: ["Starting…", "Synthesizing the stack…", "Starting its services…"],
    });
    expect(stdout).toMatch(
      /^sample\.mp4: COMPLETE, [\d.]+ s, [\d.]+ × real time, about \$[\d.]+ on AWS\n {2}RENDITION +SIZE +BITRATE\n {2}720p +1280 × 720 /,
    );
    expect(stdout).toMatch(/^To watch, start `npm run dev -- --data /m);
    expect(stdout).not.toContain("inputBucket");
  });

  it("says first that it starts, before Node.js has loaded anything", () => {
    const { scripts } = require(join(PROJECT, "package.json"));
    for (const name of ["start", "dev"]) expect(scripts[name]).toMatch(/^echo Starting… >&2; exec /);
  });
});

describe("run.mjs", () => {
  it("says what to do when no package is installed", async () => {
    for (const file of ["run.mjs", "build-cache.cjs"]) cpSync(join(PROJECT, file), join(folder, file));
    const { status, stderr } = await run("node", ["run.mjs", "main.ts"], { cwd: folder });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `Cannot find module 'esbuild'. Run npm ci in ${folder} first.\n`,
    });
  });
});

describe("npm run simulate", () => {
  const simulate = (...parameters: string[]) =>
    runScript("simulate/main.ts", ["--uploads", "2000", ...parameters]);

  it("says that slots can't keep up with a day's uploads", async () => {
    const { status, stdout } = await simulate("--slots", "5");
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(
        /^5 slots can't keep up: the uploads need \d+\.\d on average, so jobs wait longer every day\.$/m,
      ),
    });
    expect(JSON.parse((await simulate("--slots", "5", "--json")).stdout).keepsUp).toBe(false);
  });

  it("says nothing of the kind about slots that do", async () => {
    expect((await simulate("--slots", "50")).stdout).not.toContain("keep up");
    expect(JSON.parse((await simulate("--slots", "50", "--json")).stdout).keepsUp).toBe(true);
  });
});

describe("npm run dry-run", () => {
  it("explains itself, and runs nothing, with --help", async () => {
    const { status, stdout } = await runScript("__tests__/system/workflows/dry-run.ts", ["--help"]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^Usage: .*\n[\s\S]*--apply/),
    });
  });
});
