import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";

/** A file or folder of a stand-in's data can't be used. The message names it, and says what to do. */
export class DataError extends Error {
  override readonly name: string = "DataError";
}

/** A file of a stand-in's data can't be read. */
export class DamagedFileError extends DataError {
  override readonly name = "DamagedFileError";

  /** @param advice what to do, as a sentence */
  constructor(file: string, cause: unknown, advice: string) {
    super(`${file} is damaged (${firstLine(cause)}). ${advice}`, { cause });
  }
}

/** Records that outlive the process: a JSON file each, which is complete or doesn't exist. */
export class RecordFolder<Shape extends z.ZodType> {
  /** @param directory created if it doesn't exist */
  constructor(
    private readonly directory: string,
    private readonly shape: Shape,
  ) {
    mkdirSync(directory, { recursive: true });
    // From a process that was killed while it wrote.
    for (const name of readdirSync(directory))
      if (name.endsWith(".new")) rmSync(join(directory, name), { force: true });
  }

  /**
   * The records, in the order of their names.
   *
   * @throws {DamagedFileError}
   */
  load(): z.output<Shape>[] {
    return readdirSync(this.directory)
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => this.read(name.slice(0, -".json".length)));
  }

  /** @throws {DamagedFileError} */
  read(name: string): z.output<Shape> {
    return readRecord(this.fileOf(name), this.shape, "Delete it to start without it.");
  }

  /** Adds or replaces a record. Synchronous, so that nothing can happen between a change and its record. */
  save(name: string, record: z.input<Shape>): void {
    const file = this.fileOf(name);
    try {
      writeFileSync(`${file}.new`, JSON.stringify(record));
      renameSync(`${file}.new`, file);
    } catch (error) {
      rmSync(`${file}.new`, { force: true });
      throw error;
    }
  }

  remove(name: string): void {
    rmSync(this.fileOf(name), { force: true });
  }

  fileOf(name: string): string {
    return join(this.directory, `${name}.json`);
  }
}

/** @throws {DamagedFileError} if the file doesn't hold JSON of this shape */
export function readRecord<Shape extends z.ZodType>(
  file: string,
  shape: Shape,
  advice: string,
): z.output<Shape> {
  const text = readFileSync(file, "utf8");
  try {
    return shape.parse(JSON.parse(text));
  } catch (error) {
    throw new DamagedFileError(file, error, advice);
  }
}

function firstLine(error: unknown): string {
  const issue = (error as z.ZodError).issues?.[0];
  if (issue !== undefined) return `${issue.path.join(".") || "the record"}: ${issue.message}`;
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
