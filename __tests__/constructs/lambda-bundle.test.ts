import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { bundleLambda } from "../../constructs/lambda-bundle";
import { temporaryFolder } from "../temporary-folder";

/** Of the zip, in bytes. A function's own code is a tenth of it: the rest is the SDK's clients. */
const LIMITS = { "media-processor": 200_000, "status-updater": 158_000, "job-sweeper": 185_000 };

describe("the bundle of a function", () => {
  const folder = temporaryFolder();
  const bundleOf = (name: string) => readFileSync(bundleLambda(name, folder));

  it.each(Object.entries(LIMITS))("keeps %s under %i bytes", (name, limit) => {
    expect(deflateRawSync(bundleOf(name)).length).toBeLessThan(limit);
  });

  it.each(Object.keys(LIMITS))("shows the functions of %s by their names in a stack trace", (name) => {
    const file = bundleLambda(name, folder);
    // Without its environment variables, it throws.
    const { stderr } = spawnSync(process.execPath, [file], { encoding: "utf8", env: {} });
    expect(stderr).toContain("Error: Set these environment variables of the function: ");
    expect(stderr).toMatch(/^ +at readEnvironment \(.*index\.js:\d+:\d+\)$/m);
  });

  it("has lines that are short enough to find the place of a stack trace", () => {
    const bundle = bundleOf("media-processor").toString();
    expect(Math.max(...bundle.split("\n").map((line) => line.length))).toBeLessThan(5000);
  });

  it.each(["credential_process", "sso_start_url", "AWS_CONTAINER_CREDENTIALS"])(
    "asks no provider of credentials but the environment: %s doesn't occur",
    (word) => {
      for (const name of Object.keys(LIMITS)) expect(bundleOf(name).includes(word)).toBe(false);
    },
  );

  it.each(Object.keys(LIMITS))("loads all of %s at its start, before the first event", (name) => {
    const code = bundleOf(name).toString();
    // The SDK's event streams, which no call uses.
    expect(code.match(/Promise\.resolve\(\)\.then\(\(\)=>\(/g)).toHaveLength(1);
    expect(code.match(/\bimport\((?!"node:)/g)).toBeNull();
  });

  it("is the same for an app that didn't prepare it, and finds no earlier build", () => {
    jest.isolateModules(() => {
      jest.doMock("../../build-cache.cjs", () => ({ lastBuild: () => undefined }));
      const alone =
        require("../../constructs/lambda-bundle") as typeof import("../../constructs/lambda-bundle");
      const file = alone.bundleLambda("status-updater", join(folder, "alone"));
      expect(readFileSync(file).equals(bundleOf("status-updater"))).toBe(true);
    });
  });

  it("is refused for a function that doesn't exist", () => {
    expect(() => bundleLambda("unknown", folder)).toThrow("lambdas/unknown/handler.ts doesn't exist.");
  });
});
