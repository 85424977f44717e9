/** A file of captions can't be used as it is. The message is a sentence that says why, and what to do. */
export class CaptionFault extends Error {}

/** Encodings that a person can name, by the labels of the WHATWG's Encoding Standard. */
export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "shift_jis", "euc-jp", "iso-2022-jp"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/**
 * The text of a file that is in UTF-8, the only encoding of WebVTT and the one that MediaConvert reads. Anything else is
 * refused: a guess would show viewers characters that nobody wrote.
 *
 * @throws CaptionFault naming the encoding that the file seems to have
 */
export function utf8TextOf(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new CaptionFault("The file is empty. Upload it again.");
  const seeming = seemingEncoding(bytes);
  if (seeming !== "utf-8") {
    const name = seeming === undefined ? "" : `: it seems to be ${NAMES[seeming]}`;
    const source = seeming === undefined ? "" : ` -f ${NAMES[seeming]}`;
    throw new CaptionFault(
      `The file isn't in UTF-8${name}. Save it as UTF-8, for example with iconv${source} -t UTF-8.`,
    );
  }
  return requireText(decode(bytes, "utf-8") ?? "");
}

/**
 * The text of a file in the encoding that a person named.
 *
 * @throws CaptionFault if it isn't in that encoding
 */
export function textIn(bytes: Uint8Array, encoding: Encoding): string {
  const text = decode(bytes, encoding);
  if (text === undefined) throw new CaptionFault(`The file isn't in ${NAMES[encoding]}. Check the encoding.`);
  return requireText(text);
}

/** As iconv spells them. */
const NAMES: Readonly<Record<Encoding, string>> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16LE",
  "utf-16be": "UTF-16BE",
  shift_jis: "SHIFT_JIS",
  "euc-jp": "EUC-JP",
  "iso-2022-jp": "ISO-2022-JP",
};

/** Undefined if the bytes fit no encoding that is known here. */
function seemingEncoding(bytes: Uint8Array): Encoding | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // Captions begin with ASCII, whose other byte is 0 in UTF-16.
  if (second === 0) return "utf-16le";
  if (first === 0) return "utf-16be";
  // ISO-2022-JP is ASCII with escape sequences, so it would pass as UTF-8.
  if (bytes.includes(0x1b)) return "iso-2022-jp";
  // Most text in EUC-JP is valid Shift_JIS as well, but hardly any the other way round.
  return (["utf-8", "euc-jp", "shift_jis"] as const).find(
    (encoding) => decode(bytes, encoding) !== undefined,
  );
}

function decode(bytes: Uint8Array, encoding: Encoding): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** @throws CaptionFault for text that was damaged before it came here */
function requireText(text: string): string {
  const damaged = text.split(/\r\n?|\n/).findIndex((line) => /[\0\ufffd]/.test(line));
  if (damaged === -1) return text;
  throw new CaptionFault(
    `Line ${damaged + 1} has characters that an earlier conversion destroyed. Export the captions again as UTF-8.`,
  );
}
