import { closeSync, fsync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { readRecord } from "../record-folder";
import type { BucketLayout } from "./disk-layout";
import { type ObjectVersion, objectVersion } from "./model";
import { SortedKeys } from "./sorted-keys";

const deleteMarkerSchema = z.object({
  versionId: z.string().optional(),
  lastModified: z.coerce.date(),
  deleteMarker: z.literal(true),
});
/** Paths of contents are relative to the store's root, so that the root can move. */
const recordSchema = z.object({
  key: z.string(),
  versions: z.array(z.union([deleteMarkerSchema, objectVersion])),
});

export type DeleteMarker = z.infer<typeof deleteMarkerSchema>;
export type AnyVersion = ObjectVersion | DeleteMarker;

export const isDeleteMarker = (version: AnyVersion): version is DeleteMarker => "deleteMarker" in version;

/** The versions of each key of one bucket, in a JSON file per key. Memory holds the keys, and the versions used last. */
export class ObjectRecords {
  private readonly recent = new Map<string, readonly AnyVersion[]>();
  private readonly sortedKeys: SortedKeys;
  /** Whether an earlier process stored an object while the bucket was versioned. */
  readonly holdVersions: boolean;

  /**
   * @param recentKeys the versions of this many keys stay in memory
   * @throws {DamagedFileError} if a record can't be read
   */
  constructor(
    private readonly root: string,
    private readonly layout: BucketLayout,
    private readonly recentKeys = 1000,
  ) {
    const keys: string[] = [];
    let holdVersions = false;
    for (const name of readdirSync(layout.recordDirectory).filter((file) => file.endsWith(".json"))) {
      const { key, versions } = this.read(join(layout.recordDirectory, name));
      keys.push(key);
      holdVersions ||= versions.some(({ versionId }) => versionId !== undefined);
    }
    this.sortedKeys = new SortedKeys(keys);
    this.holdVersions = holdVersions;
  }

  /** Newest first; empty if the key is unknown. @throws {DamagedFileError} */
  versions(key: string): readonly AnyVersion[] {
    if (!this.sortedKeys.has(key)) return [];
    const versions = this.recent.get(key) ?? this.read(this.layout.recordPath(key)).versions;
    this.remember(key, versions);
    return versions;
  }

  /** Those with the prefix, in S3's order. */
  keys(prefix: string): string[] {
    return this.sortedKeys.startingWith(prefix);
  }

  /** Replaces the key's versions, on disk first; an empty list removes the key. */
  async save(key: string, versions: readonly AnyVersion[]): Promise<void> {
    const path = this.layout.recordPath(key);
    if (versions.length === 0) {
      rmSync(path, { force: true });
      this.recent.delete(key);
      this.sortedKeys.remove(key);
      return;
    }
    const portable = versions.map((version) =>
      isDeleteMarker(version) ? version : { ...version, path: relative(this.root, version.path) },
    );
    await writeFlushed(`${path}.new`, JSON.stringify({ key, versions: portable }));
    renameSync(`${path}.new`, path);
    this.remember(key, versions);
    this.sortedKeys.add(key);
  }

  private read(file: string): { readonly key: string; readonly versions: readonly AnyVersion[] } {
    const advice = "Delete it to start without its object, whose content stays on disk.";
    const { key, versions } = readRecord(file, recordSchema, advice);
    const located = versions.map((version) =>
      isDeleteMarker(version) ? version : { ...version, path: join(this.root, version.path) },
    );
    return { key, versions: located };
  }

  private remember(key: string, versions: readonly AnyVersion[]): void {
    // The last in the order of the map is the one that was used last.
    this.recent.delete(key);
    this.recent.set(key, versions);
    const [oldest] = this.recent.keys();
    if (this.recent.size > this.recentKeys && oldest !== undefined) this.recent.delete(oldest);
  }
}

/** Only the flush waits for the disk: the other steps are quicker than their way through libuv's threads. */
async function writeFlushed(path: string, text: string): Promise<void> {
  const file = openSync(path, "w");
  try {
    writeFileSync(file, text);
    await promisify(fsync)(file);
  } finally {
    closeSync(file);
  }
}
