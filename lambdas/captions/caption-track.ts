import * as z from "zod";

/**
 * `subtitles`: for viewers who don't understand what is said. `sdh`: for viewers who don't hear it. `forced`: only what
 * every viewer needs translated, such as signs; players show it without being asked.
 */
export const captionKind = z.enum(["subtitles", "sdh", "forced"]);
export type CaptionKind = z.infer<typeof captionKind>;

/** One choice of captions that a stream offers: at most one of a language and kind. */
export const captionTrack = z.object({
  /** BCP 47, in its canonical form. */
  language: z.string(),
  kind: captionKind,
});
export type CaptionTrack = z.infer<typeof captionTrack>;

const MARKS: Readonly<Record<CaptionKind, string>> = { subtitles: "", sdh: " (SDH)", forced: " (forced)" };

/** `ja`, `ja-sdh` or `ja-forced`: in names of files and of attributes. */
export function trackId({ language, kind }: CaptionTrack): string {
  return kind === "subtitles" ? language : `${language}-${kind}`;
}

/** What players list: the language's own name, such as `日本語 (SDH)`. */
export function trackName({ language, kind }: CaptionTrack): string {
  return `${nameIn(language, language) ?? language}${MARKS[kind]}`;
}

/** The canonical form of a BCP 47 tag, `ja` for `jpn`; undefined if it names no known language. */
export function languageOf(tag: string): string | undefined {
  try {
    const [language] = Intl.getCanonicalLocales(tag);
    return language !== undefined && nameIn("en", language) !== undefined ? language : undefined;
  } catch {
    // The text isn't a tag.
    return undefined;
  }
}

/** Any eight letters are a well-formed tag, so a language is one that has a name. */
function nameIn(locale: string, language: string): string | undefined {
  return new Intl.DisplayNames([locale], { type: "language", fallback: "none" }).of(language);
}
