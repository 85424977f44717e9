import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

/** The two programs that do the media work, as absolute paths. */
export interface FfmpegTools {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

/** ffmpeg or ffprobe isn't installed, or a path that was given can't be executed. */
export class FfmpegNotFoundError extends Error {
  override readonly name = "FfmpegNotFoundError";
}

/**
 * Finds ffmpeg and ffprobe: `FFMPEG_PATH` and `FFPROBE_PATH`, then the folder of `FFMPEG_PATH` (the two
 * belong together), then PATH, then the binaries of the npm packages `@ffmpeg-installer/ffmpeg` and
 * `@ffprobe-installer/ffprobe`.
 * @throws {@link FfmpegNotFoundError} with one sentence if a path that was given can't be executed, or nothing was found.
 */
export function findFfmpeg(environment: NodeJS.ProcessEnv): FfmpegTools {
  const { FFMPEG_PATH, FFPROBE_PATH, PATH = "" } = environment;
  const nextToIt = FFMPEG_PATH ? [dirname(FFMPEG_PATH)] : [];
  const onPath = PATH.split(delimiter).filter(Boolean);
  return {
    ffmpeg: given("FFMPEG_PATH", FFMPEG_PATH) ?? installed("ffmpeg", onPath) ?? bundled("ffmpeg"),
    ffprobe:
      given("FFPROBE_PATH", FFPROBE_PATH) ??
      installed("ffprobe", [...nextToIt, ...onPath]) ??
      bundled("ffprobe"),
  };
}

/**
 * Runs both programs with -version, so that another program under their names fails before any work.
 * @throws {@link FfmpegNotFoundError} naming the program and what to do
 */
export async function requireWorking(tools: FfmpegTools): Promise<FfmpegTools> {
  await Promise.all(Object.entries(tools).map(([name, path]) => requireVersion(name, path)));
  return tools;
}

async function requireVersion(name: string, path: string): Promise<void> {
  const answer = await promisify(execFile)(path, ["-version"], { timeout: 10_000 }).catch(
    (error: Error) => error,
  );
  if (!(answer instanceof Error) && answer.stdout.startsWith(`${name} version`)) return;
  throw new FfmpegNotFoundError(
    `${path} doesn't answer as ${name} does (${answer instanceof Error ? answer.message : "no version"}). ` +
      `Install ffmpeg, or set ${name.toUpperCase()}_PATH to its path.`,
  );
}

function given(variable: string, path: string | undefined): string | undefined {
  if (!path || isExecutable(path)) return path || undefined;
  throw new FfmpegNotFoundError(
    `${variable} is "${path}", which is not an executable file: correct or unset it.`,
  );
}

function installed(name: string, directories: readonly string[]): string | undefined {
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function bundled(name: "ffmpeg" | "ffprobe"): string {
  let reason = "its binary can't be executed";
  try {
    const { path } = require(`@${name}-installer/${name}`) as { path: string };
    if (isExecutable(path)) return path;
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  throw new FfmpegNotFoundError(
    `No ${name} found: not on PATH, and not in the npm package @${name}-installer/${name} (${reason}). ` +
      `Install ffmpeg, or set ${name.toUpperCase()}_PATH to its path.`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // accessSync reports a missing permission only by throwing.
    return false;
  }
}
