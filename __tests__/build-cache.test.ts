import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, keepBuild, lastBuild, stampOfLastBuild } from "../build-cache.cjs";
import { temporaryFolder } from "./temporary-folder";

const folder = temporaryFolder();
const name = `test-${randomUUID()}`;
const source = join(folder, "source.ts");
const outputs = new Map([["index.js", "bundled"]]);

beforeEach(() => {
  writeFileSync(source, "a");
  keepBuild(name, { minify: true }, { outputs, inputs: [source] });
});
afterAll(() => rmSync(join(__dirname, `../node_modules/.cache/media-pipeline/${name}.json`)));

it("returns the last build of unchanged sources", () => {
  expect(lastBuild(name, { minify: true })).toEqual(outputs);
});

it("returns nothing once a source has changed or is gone", () => {
  writeFileSync(source, "longer");
  expect(lastBuild(name, { minify: true })).toBeUndefined();
  rmSync(source);
  expect(lastBuild(name, { minify: true })).toBeUndefined();
});

it("returns nothing for other options", () => {
  expect(lastBuild(name, { minify: false })).toBeUndefined();
});

it("returns nothing for a name that was never built", () => {
  expect(lastBuild("never-built", {})).toBeUndefined();
});

it("leaves the garbage collection of other programs in Go, such as Terraform, alone", async () => {
  const before = process.env.GOGC;
  await build({ stdin: { contents: "1" }, write: false });
  expect(process.env.GOGC).toBe(before);
});

it("has a stamp that tells whether a source has changed, or the options", () => {
  const stamp = stampOfLastBuild(name);
  expect(stampOfLastBuild(name)).toBe(stamp);
  writeFileSync(source, "longer");
  expect(stampOfLastBuild(name)).toBeUndefined();
  keepBuild(name, { minify: true }, { outputs, inputs: [source] });
  expect([stamp, undefined]).not.toContain(stampOfLastBuild(name));
});
