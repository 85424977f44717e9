import { basename } from "node:path";
import { uploadKindOf } from "../lambdas/media-processor/upload-kind";

/** Whether an upload under this key accompanies a video and starts no job, as captions do. */
export function isCompanion(key: string): boolean {
  return uploadKindOf(key, []) === "companion";
}

/** A job takes the captions that are there when it starts, so they are uploaded before their video. */
export function companionsFirst(
  files: readonly string[],
  keyOf: (file: string) => string = basename,
): string[] {
  return files.toSorted((one, other) => Number(isCompanion(keyOf(other))) - Number(isCompanion(keyOf(one))));
}
