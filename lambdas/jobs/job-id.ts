import { createHash } from "node:crypto";

/** One version of one object: what a job is about. */
export interface ObjectVersion {
  readonly bucket: string;
  /** The decoded key. */
  readonly key: string;
  /** Absent in a bucket that never had versioning. */
  readonly versionId?: string | undefined;
}

/**
 * The job's id: 64 hexadecimal digits, always the same for the same run of the same version of the same
 * object, so that a notification that is delivered twice finds the row of the first. An object without a
 * version counts as version `null`, which is S3's own name for it; overwriting such an object doesn't make
 * a new job. Notifications are about run 1; higher runs are what operators force.
 */
export function jobIdOf({ bucket, key, versionId }: ObjectVersion, run = 1): string {
  const identity = `${bucket}\n${key}\n${versionId ?? "null"}`;
  return createHash("sha256")
    .update(run === 1 ? identity : `${identity}\n${run}`)
    .digest("hex");
}
