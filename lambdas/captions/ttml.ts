import { CaptionFault } from "./caption-text";

/**
 * Checks that text is a TTML document with a paragraph that is shown for a time. What else it holds, MediaConvert judges.
 *
 * @throws CaptionFault
 */
export function checkedTtml(text: string): string {
  const document = text.replaceAll(/<!--[\s\S]*?-->/g, "");
  const isTtml =
    /^\s*(?:<\?xml[^>]*\?>)?\s*(?:<!DOCTYPE[^>]*>)?\s*<(?:\w+:)?tt[\s>]/.test(document) &&
    /<\/(?:\w+:)?tt>\s*$/.test(document);
  if (!isTtml) throw new CaptionFault("The file isn't TTML, or is cut off. Export the captions again.");
  if (/<(?:\w+:)?(?:p|span|div|body)\s[^>]*\bbegin\s*=/.test(document)) return text;
  throw new CaptionFault("The file has no cue. Export the captions again.");
}
