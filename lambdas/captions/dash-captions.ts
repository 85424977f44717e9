import { type CaptionTrack, trackName } from "./caption-track";

/** Captions of a stream. */
export interface CaptionSet extends CaptionTrack {
  /** Of the WebVTT file with all cues, relative to the manifest; absent for those that the job made. */
  readonly uri?: string | undefined;
}

const TEXT_SET =
  /[ \t]*<AdaptationSet\b(?=[^>]*(?:contentType="text"|mimeType="(?:text\/vtt|application\/ttml\+xml)"))[^>]*>[\s\S]*?<\/AdaptationSet>\n?/g;

/** ISO/IEC 23009-1, 5.8.5.5: the roles of the scheme. */
const ROLES = { subtitles: "subtitle", sdh: "caption", forced: "forced-subtitle" } as const;
const ROLE_SCHEME = "urn:mpeg:dash:role:2011";

/**
 * Makes a DASH manifest offer exactly these captions; everything else stays as it is. Those that the job made are told by
 * their label, which is the name that the job gave them.
 */
export function withCaptionSets(manifest: string, captions: readonly CaptionSet[]): string {
  const made = captions.filter(({ uri }) => uri === undefined);
  const kept = manifest.replace(TEXT_SET, (set) => {
    const [, label] = /<Label[^>]*>([^<]*)<\/Label>/.exec(set) ?? [];
    const track = made.find((one) => trackName(one) === label);
    if (track === undefined) return "";
    return track.kind === "forced" ? set.replace('value="subtitle"', `value="${ROLES.forced}"`) : set;
  });
  const added = captions.flatMap(({ uri, ...track }) => (uri === undefined ? [] : [setOf(track, uri)]));
  const end = kept.lastIndexOf("</Period>");
  const start = kept.lastIndexOf("\n", end) + 1;
  return kept.slice(0, start) + added.join("") + kept.slice(start);
}

function setOf(track: CaptionTrack, uri: string): string {
  const bandwidth = 1000;
  return [
    `    <AdaptationSet contentType="text" mimeType="text/vtt" lang="${track.language}">`,
    `      <Label>${trackName(track)}</Label>`,
    `      <Role schemeIdUri="${ROLE_SCHEME}" value="${ROLES[track.kind]}"/>`,
    `      <Representation id="${uri.replace(/\W+/g, "-")}" bandwidth="${bandwidth}">`,
    `        <BaseURL>${uri}</BaseURL>`,
    "      </Representation>",
    "    </AdaptationSet>",
    "",
  ].join("\n");
}
