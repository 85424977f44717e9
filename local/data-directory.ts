import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { ClassicLevel } from "classic-level";

/** The pipeline can't use the directory for its data. */
export class DataDirectoryError extends Error {
  override readonly name = "DataDirectoryError";
}

/** An empty LevelDB, for its lock: the operating system's, which ends with the process, however that ends. */
const LOCK = "lock";
/** Says who holds the lock. */
const HOLDER = "in-use-by";

/**
 * Creates the directory if it doesn't exist, and locks it for this process: two pipelines would corrupt each other's
 * data.
 *
 * @returns releases the lock
 * @throws {DataDirectoryError} if another process holds the lock, or the directory can't be created or written to
 */
export async function lockDataDirectory(path: string): Promise<() => Promise<void>> {
  createDataDirectory(path);
  const lock = await openLock(path);
  const holder = join(path, HOLDER);
  writeFileSync(holder, `process ${process.pid} on ${hostname()}`);
  return async () => {
    rmSync(holder, { force: true });
    await lock.close();
  };
}

async function openLock(path: string): Promise<ClassicLevel> {
  const location = join(path, LOCK);
  try {
    return await openLevel(location);
  } catch (error) {
    if (codeOfCause(error) === "LEVEL_LOCKED") {
      throw new DataDirectoryError(
        `${path} is in use by ${holderOf(path)}. Wait until that process ends, or use another directory with --data.`,
      );
    }
  }
  // Nobody holds it, and it holds nothing, so a broken one can be replaced.
  try {
    rmSync(location, { recursive: true, force: true });
    return await openLevel(location);
  } catch (error) {
    throw new DataDirectoryError(
      `${location} can't be written to (${codeOfCause(error)}). Choose another directory with --data.`,
    );
  }
}

async function openLevel(location: string): Promise<ClassicLevel> {
  const level = new ClassicLevel(location);
  await level.open();
  return level;
}

/** LevelDB's own code, or that of the file system. */
function codeOfCause(error: unknown): unknown {
  const { code, cause } = error as NodeJS.ErrnoException;
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? code;
}

function holderOf(path: string): string {
  const file = join(path, HOLDER);
  const holder = existsSync(file) ? readFileSync(file, "utf8") : "";
  return /^process \d+ on [\w.-]+$/.test(holder) ? holder : "another process";
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
