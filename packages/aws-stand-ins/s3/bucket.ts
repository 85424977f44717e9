import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { copyFile, type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { requireCondition } from "./conditions";
import { BucketLayout, codeOf } from "./disk-layout";
import { S3Error } from "./error";
import type {
  BucketDefinition,
  Deletion,
  ListedVersion,
  ObjectCreated,
  ObjectOptions,
  ObjectVersion,
  OpenedObject,
  StoredObject,
  WriteCondition,
} from "./model";
import { type AnyVersion, isDeleteMarker, ObjectRecords } from "./object-records";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;
/** S3's version id of an object that was stored before its bucket became versioned. */
const NULL_VERSION = "null";

const versionIdOf = (version: AnyVersion) => version.versionId ?? NULL_VERSION;

/** A content to commit: a staged file, and what is known of it. */
export type NewContent = Pick<
  ObjectVersion,
  "path" | "sizeBytes" | "eTag" | "checksum" | "parts" | "uploadId"
>;

/**
 * One bucket on disk. Changes run one after the other, and each step of a change leaves a record whose contents exist, so
 * that records and contents agree wherever a full disk or a kill interrupts.
 */
export class Bucket {
  readonly name: string;
  readonly createdAt: Date;
  readonly layout: BucketLayout;
  private readonly records: ObjectRecords;
  /** As in S3, a bucket that was versioned once keeps its versions. */
  readonly isVersioned: boolean;
  private lastTurn: Promise<unknown> = Promise.resolve();
  private lastSequence = 0n;

  constructor(
    root: string,
    readonly definition: BucketDefinition,
    private readonly announce: (event: ObjectCreated) => void,
  ) {
    this.name = definition.name;
    if (!BUCKET_NAME.test(this.name)) {
      throw new Error(`"${this.name}" is not a valid bucket name: use 3 to 63 of a-z, 0-9, "." and "-".`);
    }
    this.layout = new BucketLayout(root, this.name);
    for (const directory of this.layout.directories) mkdirSync(directory, { recursive: true });
    this.createdAt = statSync(this.layout.contentDirectory).birthtime;
    this.records = new ObjectRecords(root, this.layout);
    this.isVersioned = definition.versioned || this.records.holdVersions;
  }

  /** @throws S3Error InvalidArgument, KeyTooLongError */
  checkKey(key: string): void {
    const bytes = Buffer.from(key);
    if (key === "") throw new S3Error("InvalidArgument", "An object's key has at least one character.");
    if (bytes.toString() !== key) {
      throw new S3Error("InvalidArgument", `The key ${JSON.stringify(key)} is not valid Unicode.`);
    }
    if (bytes.length > MAX_KEY_BYTES) {
      throw new S3Error(
        "KeyTooLongError",
        `The key has ${bytes.length} bytes in UTF-8; at most ${MAX_KEY_BYTES} are allowed.`,
      );
    }
  }

  object(key: string, versionId?: string): StoredObject | undefined {
    const version = this.find(key, versionId);
    return version && !isDeleteMarker(version) ? this.describe(key, version) : undefined;
  }

  objects(prefix: string): StoredObject[] {
    return this.records.keys(prefix).flatMap((key) => this.object(key) ?? []);
  }

  /** In the order of their keys, the newest first. */
  versions(prefix: string): ListedVersion[] {
    return this.records.keys(prefix).flatMap((key) =>
      this.records.versions(key).map((version, index) => ({
        key,
        id: versionIdOf(version),
        isLatest: index === 0,
        lastModified: version.lastModified,
        object: isDeleteMarker(version) ? undefined : this.describe(key, version),
      })),
    );
  }

  /** @throws S3Error NoSuchKey, NoSuchVersion, MethodNotAllowed */
  async open(key: string, versionId?: string): Promise<OpenedObject> {
    return this.takeTurn(async () => {
      const version = this.find(key, versionId);
      if (!version || isDeleteMarker(version)) throw this.absence(key, versionId, version);
      const object = this.describe(key, version);
      return { object, file: await this.openContent(object) };
    });
  }

  /**
   * Renames a staged file into place as the key's newest version.
   * @throws S3Error PreconditionFailed, NoSuchKey if the condition doesn't hold
   */
  async commit(
    key: string,
    content: NewContent,
    options: ObjectOptions,
    eventName: ObjectCreated["name"],
    condition: WriteCondition = {},
  ): Promise<StoredObject> {
    return this.takeTurn(async () => {
      requireCondition(condition, key, this.object(key));
      const time = new Date();
      const versions = this.records.versions(key);
      const path = this.placeOf(key, versions[0]) ?? this.layout.claimContentPath(key);
      const older = await this.archiveNewest(key, versions);
      move(content.path, path);
      const version: ObjectVersion = {
        ...content,
        versionId: this.newVersionId(),
        lastModified: toSeconds(time),
        contentType: options.contentType ?? "binary/octet-stream",
        metadata: options.metadata ?? {},
        headers: options.headers,
        path,
      };
      await this.records.save(key, this.isVersioned ? [version, ...older] : [version]).catch((error) => {
        // Without a record, it only takes space.
        rmSync(path, { force: true });
        throw error;
      });
      const object = this.describe(key, version);
      this.announce({ name: eventName, object, sequencer: this.nextSequencer(time), time });
      if (!this.isVersioned) for (const replaced of older) this.removeContent(replaced);
      return object;
    });
  }

  /** @throws S3Error PreconditionFailed, NoSuchKey if the condition doesn't hold */
  async delete(key: string, versionId?: string, condition: WriteCondition = {}): Promise<Deletion> {
    return this.takeTurn(async () => {
      requireCondition(condition, key, this.object(key));
      if (versionId !== undefined) return this.deleteVersion(key, versionId);
      const versions = this.records.versions(key);
      if (!this.isVersioned) {
        await this.records.save(key, []);
        for (const version of versions) this.removeContent(version);
        return { deleteMarker: false };
      }
      const older = await this.archiveNewest(key, versions);
      const marker = {
        versionId: this.newVersionId(),
        lastModified: toSeconds(new Date()),
        deleteMarker: true as const,
      };
      await this.records.save(key, [marker, ...older]);
      const place = this.placeOf(key, versions[0]);
      if (place !== undefined) this.removeFile(place);
      return { versionId: marker.versionId, deleteMarker: true };
    });
  }

  private async deleteVersion(key: string, versionId: string): Promise<Deletion> {
    const versions = this.records.versions(key);
    const deleted = versions.find((version) => versionIdOf(version) === versionId);
    if (!deleted) return { versionId, deleteMarker: false };
    const left = versions.filter((version) => version !== deleted);
    await this.records.save(key, left);
    this.removeContent(deleted);
    await this.restoreNewest(key, left);
    return { versionId, deleteMarker: isDeleteMarker(deleted) };
  }

  private async openContent({ key, path }: StoredObject): Promise<FileHandle> {
    try {
      return await open(path);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
      throw new S3Error("InternalError", `The content of "${key}" is missing from ${path}; upload it again.`);
    }
  }

  /** The place of the newest content; undefined if it is archived, or there is none. */
  private placeOf(key: string, newest: AnyVersion | undefined): string | undefined {
    if (newest === undefined || isDeleteMarker(newest)) return undefined;
    return newest.path === this.layout.versionPath(key, versionIdOf(newest)) ? undefined : newest.path;
  }

  /** Links the newest content into the archive and records that, so that its old place can be overwritten. */
  private async archiveNewest(key: string, versions: readonly AnyVersion[]): Promise<readonly AnyVersion[]> {
    const [newest, ...older] = versions;
    if (!newest || isDeleteMarker(newest) || this.placeOf(key, newest) === undefined) return versions;
    const path = this.layout.versionPath(key, versionIdOf(newest));
    await linkAnew(newest.path, path);
    const archived = [{ ...newest, path }, ...older];
    await this.records.save(key, archived);
    return archived;
  }

  private async restoreNewest(key: string, [newest, ...older]: readonly AnyVersion[]): Promise<void> {
    if (!newest || isDeleteMarker(newest) || this.placeOf(key, newest) !== undefined) return;
    const path = this.layout.claimContentPath(key);
    mkdirSync(dirname(path), { recursive: true });
    await linkAnew(newest.path, path);
    await this.records.save(key, [{ ...newest, path }, ...older]);
    this.removeFile(newest.path);
  }

  private removeContent(version: AnyVersion): void {
    if (!isDeleteMarker(version)) this.removeFile(version.path);
  }

  private removeFile(path: string): void {
    rmSync(path, { force: true });
    this.layout.removeEmptyDirectories(path);
  }

  private find(key: string, versionId?: string): AnyVersion | undefined {
    const versions = this.records.versions(key);
    return versionId === undefined
      ? versions[0]
      : versions.find((version) => versionIdOf(version) === versionId);
  }

  private absence(key: string, versionId: string | undefined, marker: AnyVersion | undefined): S3Error {
    const headers: Record<string, string> = marker
      ? { "x-amz-delete-marker": "true", "x-amz-version-id": versionIdOf(marker) }
      : {};
    if (versionId === undefined) {
      return new S3Error("NoSuchKey", `The bucket "${this.name}" holds no object "${key}".`, headers);
    }
    return marker
      ? new S3Error("MethodNotAllowed", `Version ${versionId} of "${key}" is a delete marker.`, headers)
      : new S3Error("NoSuchVersion", `The object "${key}" has no version ${versionId}.`);
  }

  private describe(key: string, version: ObjectVersion): StoredObject {
    return { bucket: this.name, key, ...version };
  }

  private newVersionId(): string | undefined {
    return this.isVersioned ? randomBytes(16).toString("hex") : undefined;
  }

  private nextSequencer(time: Date): string {
    // Microseconds by the clock, plus one where the clock hasn't advanced, so that it grows across restarts, too.
    const byClock = BigInt(time.getTime()) * 1000n;
    this.lastSequence = byClock > this.lastSequence ? byClock : this.lastSequence + 1n;
    return this.lastSequence.toString(16).toUpperCase().padStart(18, "0");
  }

  private takeTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const turn = this.lastTurn.then(change);
    // A failure belongs to its caller; the next change must not inherit it.
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }
}

function toSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

/** Renames a file. The directory of a new key may not exist yet. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
}

/** Gives a file a second path, in the place of whatever an interrupted change has left there. */
async function linkAnew(from: string, to: string): Promise<void> {
  rmSync(to, { force: true });
  try {
    linkSync(from, to);
  } catch (error) {
    // The file was deleted by hand: `open` reports that, and the key can be stored again.
    if (codeOf(error) === "ENOENT") return;
    // Some file systems have no hard links.
    await copyFile(from, to);
  }
}
