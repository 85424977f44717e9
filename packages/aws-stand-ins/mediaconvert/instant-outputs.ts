import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CapturePlan, EncodingPlan } from "./encoding-plan";
import { jpegPattern } from "./ffmpeg-command";
import type { FfprobeReport } from "./ffprobe";
import { mediaPlaylist } from "./playlists";
import type { SegmentedOutput } from "./segment-format";
import type { SheetPlan } from "./stream-plan";
import { playlistFile, segmentFile } from "./ts-segments";

/** The mark of everything that instant mode writes. */
export const INSTANT_REMARK = "stand-in output, made without encoding";

/** How ffprobe would describe any object in instant mode. */
export const INSTANT_SOURCE: FfprobeReport = {
  streams: [
    {
      index: 0,
      codec_type: "video",
      codec_name: "h264",
      codec_tag_string: "avc1",
      width: 1280,
      height: 720,
      pix_fmt: "yuv420p",
      field_order: "progressive",
      sample_aspect_ratio: "1:1",
      avg_frame_rate: "25/1",
      r_frame_rate: "25/1",
      duration: "6.000000",
    },
    {
      index: 1,
      codec_type: "audio",
      codec_name: "aac",
      channels: 2,
      sample_rate: "48000",
      duration: "6.000000",
    },
  ],
  format: { format_name: "mov,mp4", duration: "6.000000", tags: { major_brand: "isom" } },
};

/**
 * Writes into the work directory what ffmpeg would have left there: segments that hold a transport stream
 * without programs, and captures of 8 × 8 gray pixels.
 */
export function writeInstantOutputs(plan: EncodingPlan, directory: string): void {
  const files = plan.groups.flatMap((group) =>
    group.type === "FILE_GROUP"
      ? group.outputs.flatMap((output) => jpegs(output, plan.durationSeconds))
      : [
          ...group.outputs.flatMap((output) => segments(output, plan.durationSeconds)),
          ...(group.sheets ? jpegs(group.sheets, plan.durationSeconds) : []),
        ],
  );
  for (const { name, content } of files) writeFileSync(join(directory, name), content);
}

function segments(output: SegmentedOutput, durationSeconds: number) {
  const count = Math.ceil(durationSeconds / output.segmentSeconds);
  const listed = Array.from({ length: count }, (_, index) => ({
    uri: segmentFile(output.workName, index + 1),
    seconds: Math.min(output.segmentSeconds, durationSeconds - index * output.segmentSeconds),
  }));
  return [
    ...listed.map(({ uri }, index) => ({ name: uri, content: iFramePacket(index * output.segmentSeconds) })),
    { name: playlistFile(output.workName), content: mediaPlaylist(listed) },
  ];
}

function jpegs(output: CapturePlan | SheetPlan, durationSeconds: number) {
  const pictures = Math.ceil(durationSeconds / output.intervalSeconds);
  const count =
    output.kind === "captures"
      ? Math.min(output.maxCaptures, pictures)
      : Math.ceil(pictures / (output.columns * output.rows));
  return Array.from({ length: count }, (_, index) => ({
    name: jpegPattern(output).replace("%07d", String(index).padStart(7, "0")),
    content: GRAY_JPEG,
  }));
}

/**
 * A transport stream of one packet and without programs, which players skip: the beginning of an I-frame with
 * that of a sequence parameter set, High profile at level 3.1, for the master playlist's codec string.
 */
function iFramePacket(seconds: number): Buffer {
  const packet = Buffer.alloc(188, 0xff);
  Buffer.from([
    // Packet header: a unit starts, PID 0x100, adaptation field and payload. Adaptation field: random access.
    ...[0x47, 0x41, 0x00, 0x30, 0x01, 0x40],
    // Header of a video stream with a presentation time.
    ...[0x00, 0x00, 0x01, 0xe0, 0x00, 0x00, 0x80, 0x80, 0x05],
    ...timeStamp(Math.round(seconds * 90_000)),
    ...[0x00, 0x00, 0x01, 0x67, 0x64, 0x00, 0x1f],
  ]).copy(packet);
  return packet;
}

/** 33 bits, with marker bits between (ISO/IEC 13818-1 §2.4.3.6). */
function timeStamp(ticks: number): number[] {
  const fifteenBits = (value: number) => [(value >> 7) & 0xff, ((value << 1) & 0xfe) | 0x01];
  return [
    0x21 | (Math.floor(ticks / 2 ** 29) & 0x0e),
    ...fifteenBits(Math.floor(ticks / 2 ** 15) & 0x7fff),
    ...fifteenBits(ticks & 0x7fff),
  ];
}

/** Of ffmpeg: color=gray:s=8x8, -q:v 31 -huffman optimal. */
const GRAY_JPEG = Buffer.from(
  "/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAg+Pkk+SVVVVVVVVWRdZGhoaGRkZGRoaGhwcHCDg4Nw" +
    "cHBoaHBwfHyDg4+Tj4eHg4eTk5ubm7q6srLZ2eD/////xABKAAEAAAAAAAAAAAAAAAAAAAAAAQEAAAAAAAAAAAAAAAAAAAAAEAEA" +
    "AAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgACAAIAwEiAAIRAAMRAP/aAAwDAQACEQMRAD8AAA//2Q==",
  "base64",
);
