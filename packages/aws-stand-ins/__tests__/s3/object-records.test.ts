import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BucketLayout } from "../../s3/disk-layout";
import { ObjectRecords } from "../../s3/object-records";

const root = mkdtempSync(join(tmpdir(), "object-records-"));
afterAll(() => rmSync(root, { recursive: true }));

const version = (eTag: string) => ({
  ...{ sizeBytes: 1, eTag, lastModified: new Date(0), contentType: "text/plain", metadata: {} },
  path: join(root, "videos", "content"),
});

it("holds the versions of few keys in memory, and those of all others on disk", async () => {
  const layout = new BucketLayout(root, "videos");
  mkdirSync(layout.recordDirectory, { recursive: true });
  const records = new ObjectRecords(root, layout, 2);
  for (const key of ["a", "b", "c"]) await records.save(key, [version("old")]);
  for (const key of ["a", "b", "c"]) {
    const file = layout.recordPath(key);
    writeFileSync(file, readFileSync(file, "utf8").replace("old", "new"));
  }
  expect(records.versions("c")).toEqual([version("old")]);
  expect(records.versions("b")).toEqual([version("old")]);
  expect(records.versions("a")).toEqual([version("new")]);
  expect(records.versions("c")).toEqual([version("new")]);
  expect(records.versions("missing")).toEqual([]);
  expect(records.keys("")).toEqual(["a", "b", "c"]);
});
