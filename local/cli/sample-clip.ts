import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { FfmpegTools } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { outputOf } from "aws-stand-ins/mediaconvert/guarded-program";

/** Generates a video with a moving picture and sound: 8 s by default, 1280 × 720, 25 frames per second, H.264 and AAC. */
export async function makeSampleClip(file: string, { ffmpeg }: FfmpegTools, seconds = 8): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const commandLine = [
    ...["-nostdin", "-v", "error", "-y"],
    ...["-f", "lavfi", "-i", `testsrc2=size=1280x720:rate=25:duration=${seconds}`],
    ...["-f", "lavfi", "-i", `sine=frequency=440:beep_factor=4:sample_rate=48000:duration=${seconds}`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", file],
  ];
  await outputOf(ffmpeg, commandLine, { timeoutSeconds: 300 });
}
