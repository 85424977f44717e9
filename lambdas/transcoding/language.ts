/** Codes of ISO 639-2 that name no language: undetermined, and uncoded. */
const UNKNOWN = ["und", "mis"];

/**
 * A language's BCP 47 tag in its shortest form, as HLS and DASH require: "ja" for "jpn", "de" for "ger" and "deu".
 *
 * @param code of ISO 639-1, 639-2 or 639-3, or a BCP 47 tag
 * @returns undefined if the code names no language
 */
export function languageTagOf(code: string | undefined): string | undefined {
  if (code === undefined || !/^[A-Za-z]{2,3}(-[A-Za-z0-9-]+)?$/.test(code)) return undefined;
  if (UNKNOWN.includes(code.toLowerCase())) return undefined;
  try {
    return Intl.getCanonicalLocales(code)[0];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * The language's name: "日本語" for "ja".
 *
 * @param shownIn the language to name it in @default its own
 * @returns undefined if it has no name that is known
 */
export function languageNameOf(tag: string, shownIn = tag): string | undefined {
  return new Intl.DisplayNames([shownIn], { type: "language", fallback: "none" }).of(tag);
}
