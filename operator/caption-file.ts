import { readFile } from "node:fs/promises";
import { CaptionFault, type Encoding, textIn, utf8TextOf } from "../lambdas/captions/caption-text";
import { type CaptionFormat, formatOf } from "../lambdas/captions/sidecar-name";
import { webVttOfSrt } from "../lambdas/captions/srt";
import { checkedWebVtt } from "../lambdas/captions/webvtt";
import { OperatorError } from "./operator-error";
import { webVttOfTtml } from "./ttml";

const CONVERTERS: Readonly<Record<CaptionFormat, (text: string) => string>> = {
  WebVTT: checkedWebVtt,
  SRT: webVttOfSrt,
  TTML: webVttOfTtml,
};

/**
 * Reads a file of captions as WebVTT.
 *
 * @param encoding the file's, if it isn't UTF-8
 * @throws {OperatorError} if it can't be used, with what to do
 */
export async function webVttOfFile(path: string, encoding?: Encoding): Promise<string> {
  requireFormat(path);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new OperatorError(`${path} doesn't exist. No captions were added.`);
    throw new OperatorError(`${path} can't be read (${error.code}). No captions were added.`);
  });
  return webVttOf(path, bytes, encoding);
}

/** The same for the content of a file; see {@link webVttOfFile}. */
export function webVttOf(path: string, bytes: Uint8Array, encoding?: Encoding): string {
  const format = requireFormat(path);
  try {
    return CONVERTERS[format](encoding === undefined ? utf8TextOf(bytes) : textIn(bytes, encoding));
  } catch (error) {
    if (error instanceof CaptionFault) throw new OperatorError(`${path} can't be used. ${error.message}`);
    throw error;
  }
}

function requireFormat(path: string): CaptionFormat {
  const format = formatOf(path);
  if (format !== undefined) return format;
  throw new OperatorError(
    `${path} isn't a file of captions: its name ends in none of .vtt, .srt, .ttml and .dfxp.`,
  );
}
