import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findFfmpeg } from "../mediaconvert/ffmpeg-tools";
import { type FfprobeStream, ffprobeEnvironment } from "../mediaconvert/ffprobe";

const run = promisify(execFile);
export const tools = findFfmpeg(process.env);

export interface ClipShape {
  readonly seconds: number;
  /** @default 320 */
  readonly widthPx?: number;
  /** @default 180 */
  readonly heightPx?: number;
  /** Frames per second, e.g. "30000/1001". @default "25" */
  readonly rate?: string;
  /** @default true */
  readonly audio?: boolean;
  /** Further arguments for the output. */
  readonly more?: readonly string[];
}

/**
 * Makes a video with a moving picture, in H.264 and AAC.
 * @returns the file
 */
export async function makeClip(file: string, shape: ClipShape): Promise<string> {
  const { seconds, widthPx = 320, heightPx = 180, rate = "25", audio = true, more = [] } = shape;
  const picture = `testsrc2=size=${widthPx}x${heightPx}:rate=${rate}:duration=${seconds}`;
  await run(tools.ffmpeg, [
    ...["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", picture],
    ...(audio ? ["-f", "lavfi", "-i", `sine=duration=${seconds}`] : []),
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", ...more, file],
  ]);
  return file;
}

/** A temporary directory of clips. */
export class Clips {
  private constructor(readonly directory: string) {}

  static async create(): Promise<Clips> {
    return new Clips(await mkdtemp(join(tmpdir(), "clips-")));
  }

  /** @returns the new file's path */
  draw(name: string, shape: ClipShape): Promise<string> {
    return makeClip(join(this.directory, name), shape);
  }

  /**
   * Makes any file.
   * @param recipe ffmpeg's arguments without the file
   * @returns the file
   */
  async make(name: string, ...recipe: string[]): Promise<string> {
    const file = join(this.directory, name);
    await run(tools.ffmpeg, ["-nostdin", "-v", "error", "-y", ...recipe, file]);
    return file;
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}

/**
 * Decodes a playlist or file to its end.
 * @param more options for the input
 * @returns ffmpeg's complaints, empty if there are none
 */
export async function decode(file: string, ...more: string[]): Promise<string> {
  const args = ["-nostdin", "-v", "error", ...more, "-i", file, "-f", "null", "-"];
  const { stderr } = await run(tools.ffmpeg, args);
  return stderr;
}

/** ffprobe's report; frames and packets only if `more` asks for them. */
interface Inspection {
  readonly streams: readonly (FfprobeStream & { readonly profile: string; readonly level: number })[];
  readonly format: { readonly duration: string };
  readonly frames: readonly { readonly key_frame: number; readonly width: number; readonly height: number }[];
  readonly packets: readonly { readonly pts_time: string; readonly flags: string }[];
}

/** @param more further options of ffprobe */
export async function inspect(file: string, ...more: string[]): Promise<Inspection> {
  const args = ["-v", "error", "-of", "json", "-show_streams", "-show_format", ...more, file];
  const { stdout } = await run(tools.ffprobe, args, { env: ffprobeEnvironment() });
  return JSON.parse(stdout);
}

/** The mean color of a picture, or of a video's first frame, as a player shows it: red, green, blue, 0 to 255. */
export async function meanColor(picture: string): Promise<number[]> {
  const args = ["-nostdin", "-v", "error", "-i", picture, "-frames:v", "1"];
  // ffmpeg of 2018 heeds the color matrix only while it scales.
  const mean = ["-vf", "scale=8:8:flags=area,format=rgb24,scale=1:1:flags=area", "-f", "rawvideo", "-"];
  const { stdout } = await run(tools.ffmpeg, [...args, ...mean], { encoding: "buffer" });
  return [...stdout];
}

/** The brightness of each pixel, 0 to 255, of a part of a picture: "width:height:x:y". */
export async function brightness(picture: string, part: string): Promise<number[]> {
  const args = ["-nostdin", "-v", "error", "-i", picture, "-vf", `crop=${part},format=gray`];
  const { stdout } = await run(tools.ffmpeg, [...args, "-f", "rawvideo", "-"], { encoding: "buffer" });
  return [...stdout];
}
