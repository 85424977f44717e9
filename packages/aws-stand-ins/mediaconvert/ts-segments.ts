import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, type types } from "hls-parser";
import { iFramesOf } from "./i-frames";
import { avcCodecAfter, type SegmentFormat, type SegmentNames, sizesOf } from "./segment-format";

export const playlistFile = (workName: string) => `${workName}.m3u8`;
export const segmentFile = (workName: string, index: number) =>
  `${workName}-${String(index).padStart(5, "0")}.ts`;

/**
 * ffmpeg cuts at the first key frame that is not before n × hls_time. A tenth of a millisecond less makes up
 * for rounding to the transport stream's clock, which would otherwise cost a whole GOP.
 */
const hlsTime = (segmentSeconds: number) => (segmentSeconds - 0.0001).toFixed(6);

const names: SegmentNames = {
  contentType: "video/mp2t",
  segmentUri: (name, index) => `${name}_${String(index).padStart(5, "0")}.ts`,
};

/** Transport streams, each of which decodes alone. ffmpeg's own playlist tells their lengths. */
export const TRANSPORT_STREAMS: SegmentFormat = {
  hlsVersion: 3,
  tellsVideoRange: false,
  video: names,
  audio: names,
  captions: {
    contentType: "text/vtt",
    segmentUri: (name, index) => `${name}_${String(index).padStart(5, "0")}.vtt`,
  },

  muxer: ({ workName, segmentSeconds }) => [
    ...["-f", "hls", "-hls_time", hlsTime(segmentSeconds), "-hls_list_size", "0"],
    // "vod" would write the playlist only at the end.
    ...["-hls_playlist_type", "event", "-start_number", "1"],
    ...["-hls_segment_filename", `${workName}-%05d.ts`, playlistFile(workName)],
  ],

  async measure(directory, workName) {
    const text = readFileSync(join(directory, playlistFile(workName)), "utf8");
    const written = parse(text) as types.MediaPlaylist;
    const files = written.segments.map(({ uri }) => join(directory, uri));
    const sizes = sizesOf(files);
    return {
      segments: written.segments.map(({ duration }, index) => ({
        file: files[index] ?? "",
        seconds: duration,
        bytes: sizes[index] ?? 0,
      })),
    };
  },

  async videoCodec({ segments: [first] }) {
    if (!first) return undefined;
    const beginning = Buffer.alloc(64 * 1024);
    const file = openSync(first.file, "r");
    try {
      readSync(file, beginning);
    } finally {
      closeSync(file);
    }
    return avcCodecAfter(beginning, SEQUENCE_PARAMETERS);
  },

  async startSeconds({ segments: [first] }) {
    if (!first) return 0;
    const [iFrame] = iFramesOf(await readFile(first.file));
    return iFrame?.presentationTime ?? 0;
  },

  async iFrames({ segments }) {
    const found = await Promise.all(
      segments.map(async ({ file }, segment) =>
        iFramesOf(await readFile(file)).map((iFrame) => ({ ...iFrame, segment })),
      ),
    );
    return found.flat();
  },
};

/** The header of an H.264 stream's first parameter set. */
const SEQUENCE_PARAMETERS = Buffer.from([0, 0, 1, 0x67]);
