import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DataDirectoryError, lockDataDirectory } from "../../local/data-directory";
import { temporaryFolder } from "../temporary-folder";

describe("the data directory", () => {
  const directory = temporaryFolder();

  it("is created with its parents", async () => {
    const path = join(directory, "a", "b");
    const release = await lockDataDirectory(path);
    expect(readdirSync(join(directory, "a"))).toEqual(["b"]);
    await release();
  });

  it("refuses a second pipeline, naming the first one's process, until the release", async () => {
    const release = await lockDataDirectory(directory);
    await expect(lockDataDirectory(directory)).rejects.toThrow(
      new DataDirectoryError(
        `${directory} is in use by process ${process.pid} on ${hostname()}. Wait until that process ends, or use another directory with --data.`,
      ),
    );
    await release();
    await (await lockDataDirectory(directory))();
  });

  it.each([
    ["empty", ""],
    [
      "of this very process id, as in a container that started again",
      `process ${process.pid} on ${hostname()}`,
    ],
    ["of an older release of the pipeline", "1"],
  ])("isn't blocked by a note of its holder that is %s", async (_what, note) => {
    writeFileSync(join(directory, "in-use-by"), note);
    await (await lockDataDirectory(directory))();
  });

  it("isn't blocked by a broken lock, or by a foreign file in its place", async () => {
    await (await lockDataDirectory(directory))();
    writeFileSync(join(directory, "lock", "CURRENT"), "not a manifest");
    await (await lockDataDirectory(directory))();
    rmSync(join(directory, "lock"), { recursive: true });
    writeFileSync(join(directory, "lock"), "");
    await (await lockDataDirectory(directory))();
  });

  it("is refused while another process holds it, and free once that was killed", async () => {
    const script = `new (require("classic-level").ClassicLevel)(${JSON.stringify(join(directory, "lock"))}).open().then(() => console.log("locked"))`;
    const holder = spawn(process.execPath, ["-e", `setInterval(() => {}, 1000); ${script}`]);
    await once(holder.stdout, "data");
    await expect(lockDataDirectory(directory)).rejects.toThrow(`${directory} is in use by another process.`);
    const exit = once(holder, "exit");
    holder.kill("SIGKILL");
    await exit;
    await (await lockDataDirectory(directory))();
  });

  it("refuses a path that is a file, or below one", async () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    await expect(lockDataDirectory(file)).rejects.toThrow(
      `${file} is not a directory. Choose one with --data.`,
    );
    await expect(lockDataDirectory(join(file, "below"))).rejects.toThrow(`${file} is not a directory.`);
  });

  it("refuses a path where it can't be created", async () => {
    await expect(lockDataDirectory("/proc/no-such-process/data")).rejects.toThrow(
      /can't be written to \(E[A-Z]+\)\. Choose another/,
    );
  });
});
