import { type CaptionTrack, languageOf } from "./caption-track";

export type CaptionFormat = "WebVTT" | "SRT" | "TTML";

/**
 * The formats of sidecars by the ending of their keys. MediaConvert knows more, which people rarely have; DFXP is an older
 * name of TTML.
 */
const FORMATS: Readonly<Record<string, CaptionFormat>> = {
  ".vtt": "WebVTT",
  ".srt": "SRT",
  ".ttml": "TTML",
  ".dfxp": "TTML",
};

export interface Sidecar extends CaptionTrack {
  readonly key: string;
  readonly format: CaptionFormat;
}

/** A file whose name almost follows the rule. */
export interface MisnamedSidecar {
  readonly key: string;
  /** A sentence: why it isn't used, and what to do. */
  readonly fault: string;
}

/** By the ending of a file's name; undefined for any other file. */
export function formatOf(name: string): CaptionFormat | undefined {
  return FORMATS[endingOf(name).toLowerCase()];
}

/** What the keys of a video's sidecars begin with: `film.` for `film.mp4`. */
export function sidecarPrefixOf(videoKey: string): string {
  return `${videoKey.slice(0, videoKey.length - endingOf(videoKey).length)}.`;
}

/**
 * Reads the name of a file beside a video: `film.ja.vtt`, `film.en.sdh.srt` or `film.ja.forced.vtt` for `film.mp4`.
 *
 * @returns undefined for a file that isn't the video's, such as a sidecar of `film.part2.mp4`
 */
export function sidecarOf(videoKey: string, key: string): Sidecar | MisnamedSidecar | undefined {
  const prefix = sidecarPrefixOf(videoKey);
  const ending = endingOf(key);
  const format = formatOf(key);
  if (format === undefined || !key.startsWith(prefix)) return undefined;
  const middle = key.slice(prefix.length, key.length - ending.length);
  const [tag = "", mark, ...others] = middle.split(".");
  const language = languageOf(tag);
  const example = `${prefix.slice(prefix.lastIndexOf("/") + 1)}ja${ending.toLowerCase()}`;
  if (language === undefined) {
    // More parts belong to a video with a longer name.
    if (mark !== undefined) return undefined;
    const problem = middle === "" ? "has no language" : `has "${tag}" where a language belongs`;
    return { key, fault: `The name ${problem}. Name it like ${example}.` };
  }
  if (others.length > 0 || (mark !== undefined && mark !== "sdh" && mark !== "forced")) {
    return {
      key,
      fault: `The name has "${[mark, ...others].join(".")}" after the language. Only sdh or forced may follow it.`,
    };
  }
  // The service accepts one case or the other: `FileSourceSettings.SourceFile` in its model.
  if (ending !== ending.toLowerCase() && ending !== ending.toUpperCase()) {
    return { key, fault: `The ending ${ending} mixes upper and lower case. Name it like ${example}.` };
  }
  return { key, language, kind: mark ?? "subtitles", format };
}

function endingOf(name: string): string {
  return /\.[^./]*$/.exec(name)?.[0] ?? "";
}
