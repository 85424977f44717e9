import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataDirectoryError, takeDataDirectory } from "../../local/data-directory";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "data-directory-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("is made with the folders above it, and holds nothing once it is given back", async () => {
  const path = join(folder, "a", "b");
  takeDataDirectory(path)();
  expect(await readdir(path)).toEqual([]);
});

it("is refused to a second pipeline, by the first one's process id, until it is given back", () => {
  const giveBack = takeDataDirectory(folder);
  expect(() => takeDataDirectory(folder)).toThrow(
    new DataDirectoryError(
      `${folder} is in use by process ${process.pid}. Wait until that has ended, or use another folder with --data.`,
    ),
  );
  giveBack();
  takeDataDirectory(folder)();
});

it("is taken over from a process that ended without giving it back", async () => {
  // No process has an id above the kernel's limit, 2^22.
  await writeFile(join(folder, "in-use-by"), "5000000");
  takeDataDirectory(folder)();
});

it("is refused where it is a file, in one sentence", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  expect(() => takeDataDirectory(file)).toThrow(`${file} is no folder. Name one with --data.`);
  expect(() => takeDataDirectory(join(file, "below"))).toThrow("is no folder");
});

it("is refused where no folder can be made", () => {
  expect(() => takeDataDirectory("/proc/no-such-process/data")).toThrow(/can't be written to \(E[A-Z]+\)/);
});
