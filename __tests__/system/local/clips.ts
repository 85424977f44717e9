import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findFfmpeg } from "aws-stand-ins/ffmpeg";

const run = promisify(execFile);
export const tools = findFfmpeg(process.env);

export interface ClipOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly seconds: number;
  /** @default true */
  readonly audio?: boolean;
}

/** Makes a video with a moving picture, 25 frames a second, H.264 and, unless told otherwise, AAC. */
export async function makeClip(
  file: string,
  { widthPx, heightPx, seconds, audio = true }: ClipOptions,
): Promise<string> {
  await run(tools.ffmpeg, [
    ...["-nostdin", "-v", "error", "-y"],
    ...["-f", "lavfi", "-i", `testsrc2=size=${widthPx}x${heightPx}:rate=25:duration=${seconds}`],
    ...(audio ? ["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`] : []),
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
    ...(audio ? ["-c:a", "aac"] : []),
    file,
  ]);
  return file;
}

/** Decodes every frame of a file or playlist; rejects with ffmpeg's complaint if one can't be. */
export async function decode(file: string): Promise<void> {
  const { stderr } = await run(tools.ffmpeg, ["-nostdin", "-v", "error", "-i", file, "-f", "null", "-"]);
  if (stderr !== "") throw new Error(stderr);
}

export interface Stream {
  readonly codec_type: string;
  readonly codec_name: string;
  readonly width?: number;
  readonly height?: number;
}

export async function streamsOf(file: string): Promise<Stream[]> {
  const { stdout } = await run(tools.ffprobe, ["-v", "error", "-show_streams", "-of", "json", file]);
  return JSON.parse(stdout).streams;
}
