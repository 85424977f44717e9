import { languageNameOf, languageTagOf } from "../transcoding/language";
import * as z from "../zod";

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
  return `${languageNameOf(language) ?? language}${MARKS[kind]}`;
}

/** The canonical form of a BCP 47 tag, `ja` for `jpn`; undefined if it names no known language. */
export function languageOf(tag: string): string | undefined {
  const language = languageTagOf(tag);
  // A tag may be well-formed and mean nothing.
  return language !== undefined && languageNameOf(language, "en") !== undefined ? language : undefined;
}
