import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Build {
  /** Contents by name. */
  readonly outputs: Map<string, string>;
  /** The files that were read, relative to the project. */
  readonly inputs: readonly string[];
}

interface CacheEntry {
  readonly inputs: readonly string[];
  /** Of the options, and of the inputs' names and contents. */
  readonly digest: string;
  readonly outputs: readonly [string, string][];
}

/**
 * The outputs of `build`, or of its last run if none of its inputs has changed since. A new file that would take the
 * place of another in module resolution goes unnoticed until an input changes.
 *
 * @param options everything else on which the outputs depend
 */
export function cachedBuild(
  name: string,
  options: unknown,
  project: string,
  build: () => Build,
): ReadonlyMap<string, string> {
  const file = join(project, "node_modules/.cache/media-pipeline", `${name}.json`);
  const digestOf = (inputs: readonly string[]) => digest(JSON.stringify(options), inputs, project);

  const entry = read(file);
  if (entry && entry.digest === digestOf(entry.inputs)) return new Map(entry.outputs);

  const { inputs, outputs } = build();
  write(file, { inputs, digest: digestOf(inputs), outputs: [...outputs] });
  return outputs;
}

function digest(options: string, inputs: readonly string[], project: string): string {
  const hash = createHash("sha256").update(options);
  for (const input of inputs) hash.update(`\0${input}\0`).update(contentOf(join(project, input)));
  return hash.digest("hex");
}

const contentOf = (file: string): string | Buffer => {
  try {
    return readFileSync(file);
  } catch {
    return "missing";
  }
};

function read(file: string): CacheEntry | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Atomic, because several processes synthesize at once. A folder that can't be written only costs time. */
function write(file: string, entry: CacheEntry): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, JSON.stringify(entry));
    renameSync(draft, file);
  } catch {
    // The next synthesis bundles again.
  }
}
