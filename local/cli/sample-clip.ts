import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { FfmpegTools } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { outputOf } from "aws-stand-ins/mediaconvert/guarded-program";

/**
 * Generates a video with a moving picture and sound, unless the file exists: 8 s by default, 1280 × 720, 25 frames per
 * second, H.264 and AAC.
 */
export async function makeSampleClip(file: string, { ffmpeg }: FfmpegTools, seconds = 8): Promise<void> {
  if (existsSync(file)) return;
  await mkdir(dirname(file), { recursive: true });
  const draft = join(dirname(file), `new-${basename(file)}`);
  const commandLine = [
    ...["-nostdin", "-v", "error", "-y"],
    ...["-f", "lavfi", "-i", `testsrc2=size=1280x720:rate=25:duration=${seconds}`],
    ...["-f", "lavfi", "-i", `sine=frequency=440:beep_factor=4:sample_rate=48000:duration=${seconds}`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", draft],
  ];
  await outputOf(ffmpeg, commandLine, { timeoutSeconds: 300 });
  await rename(draft, file);
}
