import { languageNameOf } from "../transcoding/language";
import { choicesOf, MAX_CHOICES } from "../transcoding/packaging/audio";
import { isReadable } from "../transcoding/packaging/captions";
import { type AudioTrack, audioTracksOf } from "../transcoding/source-tracks";
import type { Job } from "./job";

/** The warnings of a completed job whose stream lacks sound or captions that its source has, by our codes. */
export function trackWarningsOf({ status, source }: Job): Record<string, string> {
  const tracks = audioTracksOf(source?.tracks);
  if (status !== "COMPLETE") return {};
  const unreadable = tracks.filter(({ codec }) => codec === undefined);
  const texts = (source?.tracks ?? []).filter((track) => track.type === "captions" && !isReadable(track));
  const omitted = choicesOf(tracks).slice(MAX_CHOICES).flat();
  return {
    ...(unreadable.length > 0 && {
      AUDIO_UNREADABLE:
        `The stream lacks ${listOf(unreadable)}, which MediaConvert can't decode. ` +
        "If it is needed, export the file with sound in AAC, and upload it again.",
    }),
    ...(omitted.length > 0 && {
      AUDIO_OMITTED:
        `The stream has the first ${MAX_CHOICES} choices of sound and lacks ${listOf(omitted)}. ` +
        "If another one is needed, upload a file with fewer audio tracks.",
    }),
    ...(texts.length > 0 && {
      CAPTIONS_UNREADABLE:
        `The stream lacks ${textsOf(texts)}, which MediaConvert can't read and which may be captions. ` +
        "If they are needed, extract them (ffmpeg -i film.mp4 -map 0:s:0 film.ja.vtt), then add the file with " +
        "npm run media -- captions add.",
    }),
  };
}

/** "a text track (Japanese) and a text track (English)" */
function textsOf(tracks: readonly { readonly language?: string | undefined }[]): string {
  const names = tracks.map(({ language }) => {
    const label = language && languageNameOf(language, "en");
    return `a text track${label ? ` (${label})` : ""}`;
  });
  return new Intl.ListFormat("en").format(names);
}

/** "audio track 2 (Japanese) and audio track 3" */
function listOf(tracks: readonly AudioTrack[]): string {
  const names = tracks.map(({ number, language, title }) => {
    const label = title ?? (language && languageNameOf(language, "en"));
    return `audio track ${number}${label ? ` (${label})` : ""}`;
  });
  return new Intl.ListFormat("en").format(names);
}
