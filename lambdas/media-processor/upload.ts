import { z } from "zod";
import type { ObjectVersion } from "../jobs/job-id";

/** A new object in the bucket of raw videos, or an operator's wish to have one transcoded again. */
export interface Upload extends ObjectVersion {
  readonly sizeBytes: number;
  /** Which job of this version is meant: absent for the first, 2 and up for forced ones. */
  readonly run?: number | undefined;
  /** The order that forced this run. */
  readonly orderId?: string | undefined;
}

const objectCreated = z.object({
  eventName: z.string().startsWith("ObjectCreated:"),
  s3: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), size: z.number(), versionId: z.string().nullish() }),
  }),
});

export class BadRecordError extends Error {
  readonly code = "BAD_RECORD";
}

/** @throws BadRecordError if the record isn't of a new object, or its key's encoding is broken */
export function uploadOf(record: unknown): Upload {
  const parsed = objectCreated.safeParse(record);
  if (!parsed.success) {
    throw new BadRecordError(
      `Not a record of a new S3 object: ${z.prettifyError(parsed.error)}. ` +
        "Send only s3:ObjectCreated:* notifications to this function.",
    );
  }
  const { bucket, object } = parsed.data.s3;
  return {
    bucket: bucket.name,
    key: decodeKey(object.key),
    versionId: object.versionId ?? undefined,
    sizeBytes: object.size,
  };
}

/**
 * S3 encodes keys in notifications as HTML forms do: a space is `+`, a plus sign `%2B`.
 *
 * @throws BadRecordError if a percent sign isn't followed by the hexadecimal digits of valid UTF-8
 */
export function decodeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch (error) {
    throw new BadRecordError(
      `The object key "${encoded}" isn't percent-encoded UTF-8, as keys in S3 notifications are. ` +
        'Encode it (a space as "+", other special characters as "%" and two hexadecimal digits) and send it again.',
      { cause: error },
    );
  }
}
