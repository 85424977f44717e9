import { relativeUri } from "./output-names";
import { averageBitrate, peakBitrate, type Segment } from "./playlists";
import type { AudioRendition, SubtitleRendition, Variant } from "./renditions";
import { quotient } from "./source";

export interface MasterPlaylist {
  /** In the job's order: players start with the first. */
  readonly variants: readonly Variant[];
  /** In the job's order. */
  readonly renditions: readonly (AudioRendition | SubtitleRendition)[];
  /** The line of the tiled thumbnails. */
  readonly imageStream?: string | undefined;
  /** EXT-X-VERSION of the media playlists. */
  readonly version: number;
  /** Whether it says that the variants have no captions. @default false: it says nothing about captions */
  readonly deniesCaptions?: boolean;
  /** A comment at the beginning. */
  readonly remark?: string | undefined;
}

/**
 * As the service writes it: variants, each followed by its I-frames, then alternative renditions. A parent playlist of
 * 2026 is in
 * https://github.com/guardian/media-atom-maker/blob/7919b7e94fc78c5684545ece23eb3e6023a77c3b/uploader/src/test/scala/com/gu/media/upload/m3u8/CodecsTest.scala
 */
export function masterPlaylist(playlist: MasterPlaylist): string {
  const { variants, renditions, imageStream, version, remark } = playlist;
  const hasAlternatives = renditions.length > 0 || variants.some(({ iFrames }) => iFrames);
  const lines = [
    "#EXTM3U",
    ...(remark ? [`# ${remark}`] : []),
    `#EXT-X-VERSION:${hasAlternatives ? Math.max(4, version) : version}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...variants.flatMap((variant) => [...variantLines(variant, playlist), ...iFrameLines(variant)]),
    ...renditions.map((rendition) =>
      rendition.kind === "audio" ? audioLine(rendition) : subtitlesLine(rendition),
    ),
    ...(imageStream ? [imageStream] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function variantLines(variant: Variant, { renditions, deniesCaptions }: MasterPlaylist): string[] {
  const { uri, segments, codecs, size, frameRate, videoRange, audioSets } = variant;
  const sets = audioSets.length > 0 ? audioSets : [undefined];
  return sets.flatMap((set) => {
    const sounds = renditions
      .filter((rendition) => rendition.kind === "audio")
      .filter(({ group }) => group === set);
    const most = (bitrate: (of: readonly Segment[]) => number) =>
      bitrate(segments) + Math.max(0, ...sounds.map((sound) => bitrate(sound.segments)));
    return [
      tag("STREAM-INF", {
        BANDWIDTH: most(peakBitrate),
        "AVERAGE-BANDWIDTH": most(averageBitrate),
        "VIDEO-RANGE": videoRange,
        CODECS: quoted([...new Set([...codecs, ...sounds.map(({ codec }) => codec)])].join(",")),
        RESOLUTION: `${size.width}x${size.height}`,
        "FRAME-RATE": quotient(frameRate).toFixed(3),
        AUDIO: quoted(set),
        SUBTITLES: renditions.some(({ kind }) => kind === "subtitles") ? quoted(SUBTITLES) : undefined,
        "CLOSED-CAPTIONS": deniesCaptions ? "NONE" : undefined,
      }),
      relativeUri(uri),
    ];
  });
}

function iFrameLines({ codecs: [videoCodec], size, videoRange, iFrames }: Variant): string[] {
  if (!iFrames) return [];
  const { uri, segments } = iFrames;
  return [
    tag("I-FRAME-STREAM-INF", {
      BANDWIDTH: Math.ceil(Math.max(...segments.map(({ bytes, seconds }) => (8 * bytes) / seconds))),
      "AVERAGE-BANDWIDTH": averageBitrate(segments),
      "VIDEO-RANGE": videoRange,
      CODECS: quoted(videoCodec),
      RESOLUTION: `${size.width}x${size.height}`,
      URI: quoted(relativeUri(uri)),
    }),
  ];
}

const audioLine = (rendition: AudioRendition) =>
  tag("MEDIA", {
    TYPE: "AUDIO",
    "GROUP-ID": quoted(rendition.group),
    LANGUAGE: quoted(rendition.language),
    NAME: quoted(rendition.name ?? "Alternate Audio"),
    AUTOSELECT: yesNo(rendition.autoSelect),
    DEFAULT: yesNo(rendition.isDefault),
    CHANNELS: quoted(String(rendition.channels)),
    URI: quoted(relativeUri(rendition.uri)),
  });

/** The service's name for the group of all captions. */
const SUBTITLES = "subs";

const subtitlesLine = (rendition: SubtitleRendition) =>
  tag("MEDIA", {
    TYPE: "SUBTITLES",
    "GROUP-ID": quoted(SUBTITLES),
    NAME: quoted(rendition.name),
    DEFAULT: yesNo(rendition.isDefault),
    AUTOSELECT: yesNo(rendition.isDefault || rendition.accessible),
    // No setting of a job marks captions as forced.
    FORCED: "NO",
    CHARACTERISTICS: rendition.accessible ? quoted(ACCESSIBLE) : undefined,
    LANGUAGE: quoted(rendition.language),
    URI: quoted(relativeUri(rendition.uri)),
  });

/** As the documentation of WebvttDestinationSettings has it. */
const ACCESSIBLE =
  "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";

/** Without the attributes that are undefined. */
function tag(name: string, attributes: Readonly<Record<string, string | number | undefined>>): string {
  const present = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return `#EXT-X-${name}:${present.map(([attribute, value]) => `${attribute}=${value}`).join(",")}`;
}

/** A quoted string holds neither quotes nor line breaks (RFC 8216 §4.2). */
const quoted = (text: string | undefined) => text && `"${text.replaceAll(/["\r\n]/g, "")}"`;

const yesNo = (value: boolean) => (value ? "YES" : "NO");
