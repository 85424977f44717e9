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

/** The versions of each key of one bucket: in memory, and in a JSON file per key that survives a restart. */
export class ObjectRecords {
  private readonly versionsByKey = new Map<string, readonly AnyVersion[]>();
  private readonly sortedKeys: SortedKeys;

  /** @throws {DamagedFileError} if a record can't be read */
  constructor(
    private readonly root: string,
    private readonly layout: BucketLayout,
  ) {
    for (const name of readdirSync(layout.recordDirectory).filter((file) => file.endsWith(".json"))) {
      const { key, versions } = readRecord(
        join(layout.recordDirectory, name),
        recordSchema,
        "Delete it to start without its object, whose content stays on disk.",
      );
      const located = versions.map((version) =>
        isDeleteMarker(version) ? version : { ...version, path: join(root, version.path) },
      );
      this.versionsByKey.set(key, located);
    }
    this.sortedKeys = new SortedKeys(this.versionsByKey.keys());
  }

  /** Newest first; empty if the key is unknown. */
  versions(key: string): readonly AnyVersion[] {
    return this.versionsByKey.get(key) ?? [];
  }

  holdVersions(): boolean {
    return [...this.versionsByKey.values()].flat().some((version) => version.versionId !== undefined);
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
      this.versionsByKey.delete(key);
      this.sortedKeys.remove(key);
      return;
    }
    const portable = versions.map((version) =>
      isDeleteMarker(version) ? version : { ...version, path: relative(this.root, version.path) },
    );
    await writeFlushed(`${path}.new`, JSON.stringify({ key, versions: portable }));
    renameSync(`${path}.new`, path);
    this.versionsByKey.set(key, versions);
    this.sortedKeys.add(key);
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
