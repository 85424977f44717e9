import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** The pipeline can't use the directory for its data. */
export class DataDirectoryError extends Error {
  override readonly name = "DataDirectoryError";
}

const LOCK = "in-use-by";

/**
 * Creates the directory, for its owner only, if it doesn't exist, and locks it for this process: two pipelines would
 * corrupt each other's data.
 *
 * @returns releases the lock
 * @throws {DataDirectoryError} if another process holds the lock, or the directory can't be created or written to
 */
export function lockDataDirectory(path: string): () => void {
  createDataDirectory(path);
  const lock = join(path, LOCK);
  const holder = holderOf(lock);
  if (holder !== undefined) {
    throw new DataDirectoryError(
      `${path} is in use by process ${holder}. Wait until that process ends, or use another directory with --data.`,
    );
  }
  rmSync(lock, { force: true });
  const file = openSync(lock, "wx");
  writeSync(file, String(process.pid));
  closeSync(file);
  return () => rmSync(lock, { force: true });
}

/** @throws {DataDirectoryError} if the directory can't be created or written to */
export function createDataDirectory(path: string): void {
  try {
    if (existsSync(path)) {
      if (!statSync(path).isDirectory())
        throw new DataDirectoryError(`${path} is not a directory. Choose one with --data.`);
      accessSync(path, constants.W_OK);
      return;
    }
    if (dirname(path) !== path) createDataDirectory(dirname(path));
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (error instanceof DataDirectoryError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new DataDirectoryError(
      `${path} can't be written to (${code}). Choose another directory with --data.`,
    );
  }
}

/** The process that holds the lock; undefined if it has ended without a release. */
function holderOf(lock: string): number | undefined {
  if (!existsSync(lock)) return undefined;
  const pid = Number(readFileSync(lock, "utf8"));
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // EPERM: it runs under another user.
    return (error as NodeJS.ErrnoException).code === "EPERM" ? pid : undefined;
  }
}
