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

/** The folder for the pipeline's data can't be used. */
export class DataDirectoryError extends Error {
  readonly code = "DATA_DIRECTORY";
  override readonly name = "DataDirectoryError";
}

const LOCK = "in-use-by";

/**
 * Makes the folder, if need be, and takes it for this process: two pipelines on the same data would spoil it.
 *
 * @returns what gives the folder back
 * @throws {DataDirectoryError} saying why it can't be used
 */
export function takeDataDirectory(path: string): () => void {
  make(path);
  const lock = join(path, LOCK);
  const holder = holderOf(lock);
  if (holder !== undefined) {
    throw new DataDirectoryError(
      `${path} is in use by process ${holder}. Wait until that has ended, or use another folder with --data.`,
    );
  }
  rmSync(lock, { force: true });
  const file = openSync(lock, "wx");
  writeSync(file, String(process.pid));
  closeSync(file);
  return () => rmSync(lock, { force: true });
}

function make(path: string): void {
  try {
    if (existsSync(path)) {
      if (!statSync(path).isDirectory())
        throw new DataDirectoryError(`${path} is no folder. Name one with --data.`);
      accessSync(path, constants.W_OK);
      return;
    }
    if (dirname(path) !== path) make(dirname(path));
    mkdirSync(path);
  } catch (error) {
    if (error instanceof DataDirectoryError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new DataDirectoryError(`${path} can't be written to (${code}). Name another folder with --data.`);
  }
}

/** The process that the lock names, if it still runs; what a process left that ended in mid-air doesn't count. */
function holderOf(lock: string): number | undefined {
  if (!existsSync(lock)) return undefined;
  const pid = Number(readFileSync(lock, "utf8"));
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM" ? pid : undefined;
  }
}
