import { createHash } from "node:crypto";
import { lstatSync, rmdirSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/** The maximum length of a file name on common file systems, in bytes. */
const MAX_NAME_BYTES = 255;

const digest = (key: string) => createHash("sha256").update(key).digest("hex");
/** An error's code, such as ENOENT. */
export const codeOf = (error: unknown) =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined;

/**
 * The paths of one bucket under the store's root:
 * `<bucket>/<key…>` newest content, and nothing else, so that players can follow relative links on disk;
 * `.store/<bucket>/` the rest. No bucket's name can start with a dot, so the two never meet.
 */
export class BucketLayout {
  /** The natural tree. */
  readonly contentDirectory: string;
  /** One JSON file per key. */
  readonly recordDirectory: string;
  /** Contents of keys without a path in the natural tree. */
  readonly escapedDirectory: string;
  /** Contents of versions that are no longer the newest. */
  readonly versionDirectory: string;
  /** Parts of multipart uploads, one directory per upload. */
  readonly uploadDirectory: string;

  constructor(root: string, bucket: string) {
    const store = join(root, ".store", bucket);
    this.contentDirectory = join(root, bucket);
    this.recordDirectory = join(store, "records");
    this.escapedDirectory = join(store, "escaped");
    this.versionDirectory = join(store, "versions");
    this.uploadDirectory = join(store, "uploads");
  }

  get directories(): string[] {
    return [
      this.contentDirectory,
      this.recordDirectory,
      this.escapedDirectory,
      this.versionDirectory,
      this.uploadDirectory,
    ];
  }

  recordPath(key: string): string {
    return join(this.recordDirectory, `${digest(key)}.json`);
  }

  /** A version id is unique only within its key: objects from before versioning all have "null". */
  versionPath(key: string, versionId: string): string {
    return join(this.versionDirectory, `${digest(key)}-${digest(versionId).slice(0, 32)}`);
  }

  /**
   * A free path for a new content of the key: in the natural tree unless the key has no safe path there or the path is
   * taken, such as `a` by `a/b`, or `A` by `a` on a case-insensitive file system.
   */
  claimContentPath(key: string): string {
    const natural = this.naturalPath(key);
    return natural && this.isFree(natural) ? natural : join(this.escapedDirectory, digest(key));
  }

  /** Removes the directories that a deleted content leaves empty: S3 has none. */
  removeEmptyDirectories(deletedPath: string): void {
    let directory = dirname(deletedPath);
    try {
      while (directory.startsWith(this.contentDirectory + sep)) {
        rmdirSync(directory);
        directory = dirname(directory);
      }
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(String(codeOf(error)))) throw error;
    }
  }

  private naturalPath(key: string): string | undefined {
    const segments = key.split("/");
    const isSafe = segments.every(
      (segment) =>
        !["", ".", ".."].includes(segment) &&
        !segment.includes("\0") &&
        Buffer.byteLength(segment) <= MAX_NAME_BYTES,
    );
    return isSafe ? join(this.contentDirectory, ...segments) : undefined;
  }

  private isFree(path: string): boolean {
    try {
      lstatSync(path);
      return false;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return true;
      if (["ENOTDIR", "EEXIST", "ENAMETOOLONG"].includes(String(codeOf(error)))) return false;
      throw error;
    }
  }
}
