import { type CaptionTrack, trackName } from "./caption-track";
import { escaped } from "./srt";

/** Captions of a stream. */
export interface CaptionSet extends CaptionTrack {
  /** Of the WebVTT file with all cues, relative to the manifest; absent for those that the job made. */
  readonly uri?: string | undefined;
}

const TEXT_SET = /<AdaptationSet\b(?=[^>]*mimeType="text\/vtt")[^>]*>[\s\S]*?<\/AdaptationSet>/g;

/** How MediaConvert marks captions; it can't mark forced ones (ISO/IEC 23009-1, 5.8.5.5). */
const MARKS = {
  subtitles: '<Role schemeIdUri="urn:mpeg:dash:role:2011" value="subtitle"/>',
  sdh: '<Accessibility schemeIdUri="urn:mpeg:dash:role:2011" value="caption"/>',
  forced: '<Role schemeIdUri="urn:mpeg:dash:role:2011" value="forced-subtitle"/>',
} as const;

/** Bits per second, for players that add up what they load. */
const BANDWIDTH = 1000;

/**
 * Makes a DASH manifest offer exactly these captions; everything else stays as it is. Those that the job made are told by
 * their label, which is the name that the job gave them.
 */
export function withCaptionSets(manifest: string, captions: readonly CaptionSet[]): string {
  const made = captions.filter(({ uri }) => uri === undefined);
  const kept = manifest.replace(TEXT_SET, (set) => {
    const [, label] = /<Label[^>]*>([^<]*)<\/Label>/.exec(set) ?? [];
    const track = made.find((one) => labelOf(one) === label);
    if (track === undefined) return "";
    return track.kind === "forced" ? set.replace(MARKS.subtitles, MARKS.forced) : set;
  });
  const added = captions.flatMap(({ uri, ...track }) => (uri === undefined ? [] : [setOf(track, uri)]));
  return kept.replace("</Period>", `${added.join("")}</Period>`);
}

function setOf(track: CaptionTrack, uri: string): string {
  return [
    `<AdaptationSet mimeType="text/vtt" lang="${track.language}">`,
    `<Label>${labelOf(track)}</Label>`,
    MARKS[track.kind],
    `<Representation id="${uri.replace(/\W+/g, "-")}" bandwidth="${BANDWIDTH}">`,
    `<BaseURL>${uri}</BaseURL>`,
    "</Representation></AdaptationSet>",
  ].join("");
}

/** In XML: some languages have an ampersand in their name. */
function labelOf(track: CaptionTrack): string {
  return escaped(trackName(track));
}
