import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { capturePattern, playlistFile } from "./ffmpeg-command";
import type { CapturePlan, JobPlan, RenditionPlan } from "./job-plan";

/** The mark of everything that instant mode writes. */
export const STAND_IN_REMARK = "stand-in output, made without encoding";

/**
 * Writes into the work directory what ffmpeg would have left there: segments that hold a transport stream
 * without programs, and captures of 8 × 8 gray pixels.
 */
export async function writeStandIns(plan: JobPlan, directory: string): Promise<void> {
  const outputs = plan.groups.flatMap((group) => group.outputs);
  const files = outputs.flatMap((output) =>
    output.kind === "rendition"
      ? segments(output, plan.durationSeconds)
      : captures(output, plan.durationSeconds),
  );
  await Promise.all(files.map(({ name, content }) => writeFile(join(directory, name), content)));
}

function segments(output: RenditionPlan, durationSeconds: number) {
  const count = Math.ceil(durationSeconds / output.segmentSeconds);
  const files = Array.from({ length: count }, (_, index) => ({
    name: `${output.workName}-${String(index + 1).padStart(5, "0")}.ts`,
    content: output.video ? PICTURE_PARAMETERS : NULL_PACKET,
  }));
  const lines = files.map(({ name }, index) => {
    const seconds = Math.min(output.segmentSeconds, durationSeconds - index * output.segmentSeconds);
    return `#EXTINF:${seconds.toFixed(6)},\n${name}\n`;
  });
  return [...files, { name: playlistFile(output), content: lines.join("") }];
}

function captures(output: CapturePlan, durationSeconds: number) {
  const count = Math.min(output.maxCaptures, Math.floor(durationSeconds / output.intervalSeconds) + 1);
  return Array.from({ length: count }, (_, index) => ({
    name: capturePattern(output).replace("%07d", String(index).padStart(7, "0")),
    content: GRAY_JPEG,
  }));
}

/** PID 0x1FFF: players skip it. */
const NULL_PACKET = Buffer.concat([Buffer.from([0x47, 0x1f, 0xff, 0x10]), Buffer.alloc(184, 0xff)]);

/** The same with the beginning of a sequence parameter set in it, High profile at level 3.1, which the master playlist tells. */
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
