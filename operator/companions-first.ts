import { basename } from "node:path";
import { uploadKindOf } from "../lambdas/media-processor/upload-kind";

/** Whether an upload under this key accompanies a video and starts no job, as captions do. */
export function isCompanion(key: string): boolean {
  return uploadKindOf(key, []) === "companion";
}

/** Files apart by what their uploads are, each in the order given. */
export function byUploadKind(
  files: readonly string[],
  keyOf: (file: string) => string = basename,
): { readonly companions: string[]; readonly others: string[] } {
  const isOne = (file: string) => isCompanion(keyOf(file));
  return { companions: files.filter(isOne), others: files.filter((file) => !isOne(file)) };
}

/** A job takes the captions that are there when it starts, so they are uploaded before their video. */
export function companionsFirst(files: readonly string[], keyOf?: (file: string) => string): string[] {
  const { companions, others } = byUploadKind(files, keyOf);
  return [...companions, ...others];
}
