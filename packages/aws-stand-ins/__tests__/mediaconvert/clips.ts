import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ffprobeEnvironment } from "../../mediaconvert/ffprobe";
import { tools } from "./service-under-test";

const run = promisify(execFile);

export interface ClipShape {
  readonly seconds: number;
  readonly size?: string;
  readonly rate?: string;
  readonly audio?: boolean;
  /** Further arguments for the output. */
  readonly more?: readonly string[];
}

/** A directory of small videos that ffmpeg draws itself. */
export class Clips {
  private constructor(readonly directory: string) {}

  static async create(): Promise<Clips> {
    return new Clips(await mkdtemp(join(tmpdir(), "clips-")));
  }

  /** @returns the new file's path */
  async draw(name: string, { seconds, size = "320x180", rate = "25", audio = true, more = [] }: ClipShape) {
    const file = join(this.directory, name);
    await run(tools.ffmpeg, [
      ...[
        "-nostdin",
        "-v",
        "error",
        "-y",
        "-f",
        "lavfi",
        "-i",
        `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`,
      ],
      ...(audio ? ["-f", "lavfi", "-i", `sine=duration=${seconds}`] : []),
      ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", ...more, file],
    ]);
    return file;
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}

/** Decodes a playlist or file to its end; what ffmpeg complains of, empty if nothing. */
export async function decode(file: string): Promise<string> {
  const { stderr } = await run(tools.ffmpeg, [...["-nostdin", "-v", "error", "-i", file, "-f", "null", "-"]]);
  return stderr;
}

/** ffprobe's entries of a file's streams and format. */
export async function inspect(file: string, ...more: string[]) {
  const args = ["-v", "error", "-of", "json", "-show_streams", "-show_format", ...more, file];
  const { stdout } = await run(tools.ffprobe, args, { env: ffprobeEnvironment() });
  return JSON.parse(stdout);
}

/** The brightness of each pixel, 0 to 255, of a part of a picture: "width:height:x:y". */
export async function brightness(picture: string, part: string): Promise<number[]> {
  const args = [
    "-nostdin",
    "-v",
    "error",
    "-i",
    picture,
    "-vf",
    `crop=${part},format=gray`,
    "-f",
    "rawvideo",
    "-",
  ];
  const { stdout } = await run(tools.ffmpeg, args, { encoding: "buffer" });
  return [...stdout];
}
