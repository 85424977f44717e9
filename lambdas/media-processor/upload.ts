import type { ObjectVersion } from "../jobs/job-id";
import * as z from "../zod";
import { BadMessage } from "./bad-message";

/** A version of an object to transcode: newly uploaded, or ordered by an operator. */
export interface Upload extends ObjectVersion {
  readonly sizeBytes: number;
  /** Counts the jobs of this version: absent for the first, 2 and up for forced ones. */
  readonly run?: number | undefined;
  /** The order that forced this run. */
  readonly orderId?: string | undefined;
  /** Of the message in the retry lane; absent for a notification or an order. */
  readonly ticket?: number | undefined;
}

const objectCreated = z.object({
  eventName: z.string().check(z.startsWith("ObjectCreated:")),
  s3: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), size: z.number(), versionId: z.nullish(z.string()) }),
  }),
});

/** @throws BadMessage if the record isn't about a new object, or its key isn't validly encoded */
export function uploadOf(record: unknown): Upload {
  const parsed = objectCreated.safeParse(record);
  if (!parsed.success) {
    throw new BadMessage(
      `Not an S3 record about a new object: ${z.prettifyError(parsed.error)}. ` +
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
 * Keys in S3 notifications are encoded as in HTML forms: a space is `+`, a plus sign `%2B`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
function decodeKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch (error) {
    throw new BadMessage(
      `The object key "${encoded}" isn't percent-encoded UTF-8, as keys in S3 notifications are. ` +
        'Encode it (a space as "+", other special characters as "%" and two hexadecimal digits) and send it again.',
      { cause: error },
    );
  }
}
