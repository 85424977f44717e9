import { createHash } from "node:crypto";

/** One version of one object: what a job transcodes. */
export interface ObjectVersion {
  readonly bucket: string;
  /** The decoded key. */
  readonly key: string;
  /** Absent if the bucket never had versioning. */
  readonly versionId?: string | undefined;
}

/**
 * The job's id: 64 hexadecimal digits, derived from bucket, key, version and run, so that a notification
 * delivered twice finds the row of the first delivery. An object without a version counts as version `null`,
 * S3's own name for it; overwriting such an object doesn't create a new job. Notifications always mean
 * run 1; operators force higher runs.
 */
export function jobIdOf({ bucket, key, versionId }: ObjectVersion, run = 1): string {
  const identity = `${bucket}\n${key}\n${versionId ?? "null"}`;
  return createHash("sha256")
    .update(run === 1 ? identity : `${identity}\n${run}`)
    .digest("hex");
}
