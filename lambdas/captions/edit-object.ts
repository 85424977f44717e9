import { setTimeout as sleep } from "node:timers/promises";
import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";

/** Far more than people who edit one object in the same second. */
const MAX_TRIES = 20;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 500;

/**
 * Edits a text object that others may edit at the same time: each edit starts from the newest text, and none undoes
 * another's. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * @param edit called again with the newest text if somebody else was faster; may read what decides the edit, because
 *   that is read after the text
 * @returns whether the object exists
 */
export async function editObject(
  client: S3Client,
  object: { readonly bucket: string; readonly key: string },
  edit: (text: string) => Promise<string>,
): Promise<boolean> {
  const target = { Bucket: object.bucket, Key: object.key };
  for (let tries = 1; ; tries += 1) {
    const current = await client.send(new GetObjectCommand(target)).catch((error: unknown) => {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    });
    if (current === undefined) return false;
    const text = (await current.Body?.transformToString("utf-8")) ?? "";
    const edited = await edit(text);
    if (edited === text) return true;
    const put = new PutObjectCommand({
      ...target,
      Body: edited,
      ContentType: current.ContentType,
      // What is edited once may be edited again, and browsers would guess how long it is fresh.
      CacheControl: "no-cache",
      IfMatch: current.ETag,
    });
    try {
      await client.send(put);
      return true;
    } catch (error) {
      if (!isOvertaken(error) || tries === MAX_TRIES) throw error;
      await sleep(Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries));
    }
  }
}

/** 412: the object changed since it was read. 409: it is changing right now. */
function isOvertaken(error: unknown): boolean {
  return (
    error instanceof S3ServiceException &&
    (error.name === "PreconditionFailed" || error.name === "ConditionalRequestConflict")
  );
}
