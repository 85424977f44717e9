import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Creates an empty folder that is removed after the tests of the file or of the surrounding `describe`. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "test-")));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
