import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CapturePlan, EncodingPlan } from "./encoding-plan";
import { jpegPattern } from "./ffmpeg-command";
import type { FfprobeReport } from "./ffprobe";
import { instantFragments, instantTransportStreams } from "./instant-segments";
import type { SegmentedOutput } from "./segment-format";
import type { SheetPlan, StreamPlan } from "./stream-plan";

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
 * Writes into the work directory what ffmpeg would have left there: segments without pictures and sound, and captures
 * of 8 × 8 gray pixels.
 */
export function writeInstantOutputs(plan: EncodingPlan, directory: string): void {
  const files = plan.groups.flatMap((group) =>
    group.type === "FILE_GROUP"
      ? group.outputs.flatMap((output) => jpegs(output, plan.durationSeconds))
      : [
          ...group.outputs.flatMap((output) =>
            output.kind === "subtitles" ? [] : segments(group.type, output, plan.durationSeconds),
          ),
          ...(group.sheets ? jpegs(group.sheets, plan.durationSeconds) : []),
        ],
  );
  for (const { name, content } of files) writeFileSync(join(directory, name), content);
}

function segments(type: StreamPlan["type"], output: SegmentedOutput, durationSeconds: number) {
  const count = Math.ceil(durationSeconds / output.segmentSeconds);
  const lengths = Array.from({ length: count }, (_, index) =>
    Math.min(output.segmentSeconds, durationSeconds - index * output.segmentSeconds),
  );
  return type === "CMAF_GROUP" ? instantFragments(output, lengths) : instantTransportStreams(output, lengths);
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

/** Of ffmpeg: color=gray:s=8x8, -q:v 31 -huffman optimal. */
const GRAY_JPEG = Buffer.from(
  "/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAg+Pkk+SVVVVVVVVWRdZGhoaGRkZGRoaGhwcHCDg4Nw" +
    "cHBoaHBwfHyDg4+Tj4eHg4eTk5ubm7q6srLZ2eD/////xABKAAEAAAAAAAAAAAAAAAAAAAAAAQEAAAAAAAAAAAAAAAAAAAAAEAEA" +
    "AAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgACAAIAwEiAAIRAAMRAP/aAAwDAQACEQMRAD8AAA//2Q==",
  "base64",
);
