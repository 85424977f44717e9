import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { captionsFile } from "./captions-source";
import { playlistUri, relativeUri } from "./output-names";
import { mediaPlaylist, type PlaylistState } from "./playlists";
import type { SubtitleRendition } from "./renditions";
import type { SegmentFormat } from "./segment-format";
import type { SubtitlesPlan } from "./subtitles-plan";
import { type Collected, HLS_PLAYLIST, textUpload } from "./upload";
import { parseWebVtt, type WebVtt, writeWebVtt } from "./webvtt";

/** The first picture of the stream, which captions follow. */
export interface Timeline {
  readonly segments: readonly { readonly seconds: number }[];
  /** When it starts on the clock of the segments, in seconds. */
  readonly startSeconds: number;
}

/** What the service makes of captions without MATCH_VIDEO, in seconds. */
const LARGE_SEGMENT = 300;

/** Cuts captions into segments. A cue is in every segment that it is shown in, with its times in the whole video. */
export async function collectSubtitles(
  plan: SubtitlesPlan,
  timeline: Timeline,
  { captions: names, hlsVersion: version }: SegmentFormat,
  directory: string,
  state: PlaylistState,
): Promise<Collected<SubtitleRendition>> {
  const { name, segmentLength, language, label, isDefault, accessible } = plan;
  const captions = parseWebVtt(await readFile(join(directory, captionsFile(plan)), "utf8"));
  const lengths =
    segmentLength === "MATCH_VIDEO" ? timeline.segments.map(({ seconds }) => seconds) : large(timeline);
  const clock = `X-TIMESTAMP-MAP=MPEGTS:${Math.round(timeline.startSeconds * 90_000)},LOCAL:00:00:00.000`;
  const notes = state.remark ? [`NOTE ${state.remark}`] : [];
  let end = 0;
  const segments = lengths.map((seconds, index) => {
    const start = end;
    end += seconds;
    const text = writeWebVtt(
      { ...between(captions, start, end), styles: [...notes, ...captions.styles] },
      clock,
    );
    return { uri: names.segmentUri(name, index + 1), seconds, bytes: Buffer.byteLength(text), text };
  });
  const uri = playlistUri(name);
  return {
    listed: {
      kind: "subtitles",
      uri,
      segments,
      language,
      name: label,
      isDefault,
      accessible,
      template: names.template && {
        media: names.template(relativeUri(name)),
        timescale: 1000,
        start: 0,
      },
    },
    detail: { outputFilePaths: [uri], durationInMs: 0 },
    media: segments.map((segment) => textUpload(segment.uri, names.contentType, segment.text)),
    playlists: [textUpload(uri, HLS_PLAYLIST, mediaPlaylist(segments, { version, ...state }))],
  };
}

function large({ segments }: Timeline): number[] {
  const total = segments.reduce((sum, { seconds }) => sum + seconds, 0);
  const count = Math.ceil(total / LARGE_SEGMENT);
  return Array.from({ length: count }, (_, index) => Math.min(LARGE_SEGMENT, total - index * LARGE_SEGMENT));
}

const between = ({ styles, cues }: WebVtt, start: number, end: number): WebVtt => ({
  styles,
  cues: cues.filter((cue) => cue.start < end && cue.end > start),
});
