import { type CaptionTrack, trackName } from "./caption-track";

/** Captions of a stream. */
export interface StreamCaptions extends CaptionTrack {
  /** Of the media playlist, relative to the manifest. */
  readonly uri: string;
  /** Whether the job made them, so that MediaConvert has listed them. */
  readonly isFromJob: boolean;
}

/** Which accessibility features SDH has, in the words that MediaConvert uses. */
const SDH = "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";

/** The playlists of captions that this pipeline adds, and of those that its jobs make. */
const OWN_URI = /^captions\/|_captions_/;

/**
 * Makes a multivariant playlist list exactly these captions, in this order. Everything else stays as it is, and so do
 * captions under a name that isn't the pipeline's; none is listed from a job that MediaConvert hasn't listed. None is the
 * default, so that captions appear only where a viewer, or the preferences of the device, ask for them; forced ones
 * appear with the sound of their language. https://datatracker.ietf.org/doc/html/rfc8216#section-4.3.4.1
 */
export function withCaptions(playlist: string, captions: readonly StreamCaptions[]): string {
  const lines = playlist.split("\n");
  const uris = lines.filter(isSubtitles).map((line) => attributeOf(line, "URI") ?? "");
  const others = lines.filter((line) => isSubtitles(line) && !OWN_URI.test(attributeOf(line, "URI") ?? ""));
  const listed = captions.filter(({ uri, isFromJob }) => !isFromJob || uris.includes(uri));
  const [other = ""] = others;
  const group = attributeOf(other, "GROUP-ID") ?? (listed.length > 0 ? "subs" : undefined);
  const rest = lines
    .filter((line) => !isSubtitles(line) || others.includes(line))
    .map((line) => (line.startsWith("#EXT-X-STREAM-INF:") ? inGroup(line, group) : line));
  const first = rest.findIndex((line) => line.startsWith("#EXT-X-STREAM-INF:"));
  const entries = listed.map((one) => mediaTag(one, String(group)));
  return rest.toSpliced(first === -1 ? rest.length : first, 0, ...entries).join("\n");
}

const isSubtitles = (line: string) => /^#EXT-X-MEDIA:(?:.*,)?TYPE=SUBTITLES/.test(line);

function attributeOf(line: string, name: string): string | undefined {
  return new RegExp(`[:,]${name}="([^"]*)"`).exec(line)?.[1];
}

function inGroup(line: string, group: string | undefined): string {
  const without = line.replace(/,SUBTITLES="[^"]*"/, "").replace(/:SUBTITLES="[^"]*",/, ":");
  return group === undefined ? without : `${without},SUBTITLES="${group}"`;
}

function mediaTag(captions: StreamCaptions, group: string): string {
  const { language, kind, uri } = captions;
  const attributes = [
    "TYPE=SUBTITLES",
    `GROUP-ID="${group}"`,
    `NAME="${trackName(captions)}"`,
    `LANGUAGE="${language}"`,
    "DEFAULT=NO",
    "AUTOSELECT=YES",
    `FORCED=${kind === "forced" ? "YES" : "NO"}`,
    ...(kind === "sdh" ? [`CHARACTERISTICS="${SDH}"`] : []),
    `URI="${uri}"`,
  ];
  return `#EXT-X-MEDIA:${attributes.join(",")}`;
}

/** The playlist of one WebVTT file that holds all cues. Its segment may be longer than those of the video (RFC 8216, 6.2.4). */
export function captionPlaylist(file: string, durationSeconds: number): string {
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:3",
    `#EXT-X-TARGETDURATION:${Math.ceil(durationSeconds)}`,
    "#EXT-X-MEDIA-SEQUENCE:1",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    `#EXTINF:${durationSeconds.toFixed(3)},`,
    file,
    "#EXT-X-ENDLIST",
    "",
  ].join("\n");
}

/**
 * The file with the header that ties its time 0 to the stream's.
 *
 * @param webVtt without a header of its own
 * @param startPts when the stream starts, in ticks of 90 kHz
 */
export function segmentOf(webVtt: string, startPts: number): string {
  return webVtt.replace("WEBVTT", `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${startPts},LOCAL:00:00:00.000`);
}

const PACKET = 188;

/**
 * When the picture of an MPEG transport stream starts, in ticks of 90 kHz; undefined if these bytes don't tell.
 * ISO/IEC 13818-1, 2.4.3.2 (packet) and 2.4.3.6 (PES packet)
 *
 * @param bytes the beginning of the first segment
 */
export function startOf(bytes: Uint8Array): number | undefined {
  for (let offset = 0; offset + PACKET <= bytes.length; offset += PACKET) {
    const packet = bytes.subarray(offset, offset + PACKET);
    if (packet[0] !== 0x47) return undefined;
    const [, second = 0, , fourth = 0, adaptationLength = 0] = packet;
    const startsPayload = (second & 0x40) !== 0;
    const hasAdaptation = (fourth & 0x20) !== 0;
    const pes = packet.subarray(hasAdaptation ? 5 + adaptationLength : 4);
    const isVideo = pes[0] === 0 && pes[1] === 0 && pes[2] === 1 && ((pes[3] ?? 0) & 0xf0) === 0xe0;
    if (startsPayload && isVideo && ((pes[7] ?? 0) & 0x80) !== 0) return ptsOf(pes.subarray(9, 14));
  }
  return undefined;
}

/** 33 bits in 5 bytes, with marker bits between. */
function ptsOf([first = 0, second = 0, third = 0, fourth = 0, fifth = 0]: Uint8Array): number {
  const high = (first >> 1) & 0x07;
  const middle = (second << 7) | (third >> 1);
  const low = (fourth << 7) | (fifth >> 1);
  return high * 2 ** 30 + middle * 2 ** 15 + low;
}
