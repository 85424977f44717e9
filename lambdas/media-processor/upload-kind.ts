/**
 * `source`: a video to transcode. `companion`: a file that accompanies one and isn't transcoded. `ignored`: anything else,
 * such as a video whose ending isn't among the settings.
 */
export type UploadKind = "source" | "companion" | "ignored";

/**
 * Sidecar captions in MediaConvert's input formats, as
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/captions-support-tables-by-container-type.html lists them, and the
 * folders that S3's console makes.
 */
const COMPANION_SUFFIXES = [".dfxp", ".scc", ".smi", ".srt", ".stl", ".ttml", ".vtt", ".xml", "/"];

/** @param sourceSuffixes endings of the keys of videos, case-sensitive */
export function uploadKindOf(key: string, sourceSuffixes: readonly string[]): UploadKind {
  if (sourceSuffixes.some((suffix) => key.endsWith(suffix))) return "source";
  const lowerCase = key.toLowerCase();
  return COMPANION_SUFFIXES.some((suffix) => lowerCase.endsWith(suffix)) ? "companion" : "ignored";
}
