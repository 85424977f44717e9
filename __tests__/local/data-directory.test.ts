import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataDirectoryError, lockDataDirectory } from "../../local/data-directory";
import { temporaryFolder } from "../temporary-folder";

describe("the data directory", () => {
  const directory = temporaryFolder();

  it("is created with its parents, for its owner only, and is empty again after the release", () => {
    const path = join(directory, "a", "b");
    lockDataDirectory(path)();
    expect(readdirSync(path)).toEqual([]);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it("refuses a second pipeline, naming the first one's process, until the release", () => {
    const release = lockDataDirectory(directory);
    expect(() => lockDataDirectory(directory)).toThrow(
      new DataDirectoryError(
        `${directory} is in use by process ${process.pid}. Wait until that process ends, or use another directory with --data.`,
      ),
    );
    release();
    lockDataDirectory(directory)();
  });

  it("ignores the lock of a process that has ended", () => {
    // No process has an id above the kernel's limit, 2^22.
    writeFileSync(join(directory, "in-use-by"), "5000000");
    lockDataDirectory(directory)();
  });

  it("refuses a path that is a file, or below one", () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    expect(() => lockDataDirectory(file)).toThrow(`${file} is not a directory. Choose one with --data.`);
    expect(() => lockDataDirectory(join(file, "below"))).toThrow(`${file} is not a directory.`);
  });

  it("refuses a path where it can't be created", () => {
    expect(() => lockDataDirectory("/proc/no-such-process/data")).toThrow(
      /can't be written to \(E[A-Z]+\)\. Choose another/,
    );
  });
});
