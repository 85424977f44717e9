import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CapturePlan, type EncodingPlan, outputsOf, type RenditionPlan } from "./encoding-plan";
import { capturePattern, playlistFile } from "./ffmpeg-command";
import type { FfprobeReport } from "./ffprobe";
import { mediaPlaylist } from "./playlists";

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
  format: { duration: "6.000000" },
};

/**
 * Writes into the work directory what ffmpeg would have left there: segments that hold a transport stream
 * without programs, and captures of 8 × 8 gray pixels.
 */
export async function writeInstantOutputs(plan: EncodingPlan, directory: string): Promise<void> {
  const files = outputsOf(plan).flatMap((output) =>
    output.kind === "rendition"
      ? segments(output, plan.durationSeconds)
      : captures(output, plan.durationSeconds),
  );
  await Promise.all(files.map(({ name, content }) => writeFile(join(directory, name), content)));
}

function segments(output: RenditionPlan, durationSeconds: number) {
  const count = Math.ceil(durationSeconds / output.segmentSeconds);
  const listed = Array.from({ length: count }, (_, index) => ({
    uri: `${output.workName}-${String(index + 1).padStart(5, "0")}.ts`,
    seconds: Math.min(output.segmentSeconds, durationSeconds - index * output.segmentSeconds),
  }));
  return [
    ...listed.map(({ uri }) => ({ name: uri, content: PICTURE_PARAMETERS })),
    { name: playlistFile(output), content: mediaPlaylist(listed) },
  ];
}

function captures(output: CapturePlan, durationSeconds: number) {
  const count = Math.min(output.maxCaptures, Math.ceil(durationSeconds / output.intervalSeconds));
  return Array.from({ length: count }, (_, index) => ({
    name: capturePattern(output).replace("%07d", String(index).padStart(7, "0")),
    content: GRAY_JPEG,
  }));
}

/** PID 0x1FFF: players skip it. */
const NULL_PACKET = Buffer.concat([Buffer.from([0x47, 0x1f, 0xff, 0x10]), Buffer.alloc(184, 0xff)]);

/** With the beginning of a sequence parameter set, High profile at level 3.1, for the master playlist's codec string. */
const PICTURE_PARAMETERS = Buffer.concat([
  NULL_PACKET.subarray(0, 4),
  Buffer.from([0, 0, 1, 0x67, 0x64, 0x00, 0x1f]),
  NULL_PACKET.subarray(11),
]);

/** Of ffmpeg: color=gray:s=8x8, -q:v 31 -huffman optimal. */
const GRAY_JPEG = Buffer.from(
  "/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAg+Pkk+SVVVVVVVVWRdZGhoaGRkZGRoaGhwcHCDg4Nw" +
    "cHBoaHBwfHyDg4+Tj4eHg4eTk5ubm7q6srLZ2eD/////xABKAAEAAAAAAAAAAAAAAAAAAAAAAQEAAAAAAAAAAAAAAAAAAAAAEAEA" +
    "AAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgACAAIAwEiAAIRAAMRAP/aAAwDAQACEQMRAD8AAA//2Q==",
  "base64",
);
