import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Fragment, fragmentsOf, timescaleOf } from "./fmp4";
import { avcCodecAfter, type MeasuredSegment, type SegmentFormat, type SegmentNames } from "./segment-format";

export const initFile = (workName: string) => `${workName}-init.mp4`;
export const segmentFile = (workName: string, index: number) =>
  `${workName}-${String(index).padStart(9, "0")}.m4s`;

/** Published outputs are named main_720pinit.cmfv and main_720p_000000001.cmfv. */
const named = (extension: string, contentType: string): SegmentNames => ({
  contentType,
  segmentUri: (name, index) => `${name}_${String(index).padStart(9, "0")}.${extension}`,
  template: (name) => `${name}_$Number%09d$.${extension}`,
  initUri: (name) => `${name}init.${extension}`,
});

/**
 * Fragmented MP4 of one track, without an edit list: with B-frames, the earliest presentation time is greater than
 * zero, as with VideoCompositionOffsets UNSIGNED, the service's default. A fragment begins at each key frame.
 */
export const FRAGMENTED_MP4: SegmentFormat = {
  hlsVersion: 6,
  tellsVideoRange: true,
  video: named("cmfv", "video/mp4"),
  audio: named("cmfa", "audio/mp4"),
  captions: named("vtt", "text/vtt"),

  muxer: ({ kind, workName, segmentSeconds }) => [
    ...["-f", "segment", "-segment_time", (segmentSeconds - 0.0001).toFixed(6), "-segment_start_number", "1"],
    ...["-segment_format", "mp4", "-segment_format_options", `movflags=${MOVIE_FLAGS[kind]}`],
    ...["-individual_header_trailer", "0", "-segment_header_filename", initFile(workName)],
    `${workName}-%09d.m4s`,
  ],

  async measure(directory, workName) {
    const init = join(directory, initFile(workName));
    const timescale = timescaleOf(await readFile(init));
    const names = (await readdir(directory)).filter((name) => name.startsWith(`${workName}-`)).sort();
    const segments = await Promise.all(
      names.filter((name) => name.endsWith(".m4s")).map((name) => measured(join(directory, name), timescale)),
    );
    const start = segments[0]?.fragments[0]?.decodeTime ?? 0;
    return { init, segments, clock: { timescale, start } };
  },

  async videoCodec({ init }) {
    return init === undefined ? undefined : avcCodecAfter(await readFile(init), AVC_CONFIGURATION);
  },

  async startSeconds({ clock }) {
    return clock ? clock.start / clock.timescale : 0;
  },

  async iFrames({ segments, clock }) {
    const found = await Promise.all(
      segments.map(async ({ file }, segment) =>
        fragmentsOf(await readFile(file)).map(({ decodeTime, offset, bytesOfFirstSample }) => ({
          segment,
          presentationTime: decodeTime / (clock?.timescale ?? 1),
          offset,
          bytes: bytesOfFirstSample,
        })),
      ),
    );
    return found.flat();
  },
};

/** Every frame of sound is a key frame, and so one fragment makes a segment of it. */
const MOVIE_FLAGS = {
  rendition: "+frag_keyframe+empty_moov+default_base_moof:video_track_timescale=90000",
  audio: "+frag_custom+empty_moov+default_base_moof",
};

/** An H.264 track's configuration (ISO/IEC 14496-15 §5.3.3.1) begins with its version, 1. */
const AVC_CONFIGURATION = Buffer.from("avcC\u0001", "latin1");

async function measured(
  file: string,
  timescale: number,
): Promise<MeasuredSegment & { readonly fragments: readonly Fragment[] }> {
  const bytes = await readFile(file);
  const fragments = fragmentsOf(bytes);
  const ticks = fragments.reduce((sum, { duration }) => sum + duration, 0);
  return { file, bytes: bytes.length, seconds: ticks / timescale, fragments };
}
