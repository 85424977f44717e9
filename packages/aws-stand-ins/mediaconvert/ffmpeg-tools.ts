import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** The two programs that do the media work, as absolute paths. */
export interface FfmpegTools {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

/** No ffmpeg can be had, or not the one that was asked for. */
export class FfmpegNotFoundError extends Error {
  readonly code = "FFMPEG_NOT_FOUND";
  override readonly name = "FfmpegNotFoundError";
}

/**
 * Finds ffmpeg and ffprobe: `FFMPEG_PATH` and `FFPROBE_PATH`, then beside `FFMPEG_PATH` (so that a pair stays
 * a pair), then PATH, then the binaries of the npm packages `@ffmpeg-installer/ffmpeg` and
 * `@ffprobe-installer/ffprobe`.
 * @throws {@link FfmpegNotFoundError} with one sentence if a path that was given can't be executed, or nothing was found.
 */
export function findFfmpeg(environment: NodeJS.ProcessEnv): FfmpegTools {
  const { FFMPEG_PATH, FFPROBE_PATH, PATH = "" } = environment;
  const beside = FFMPEG_PATH ? [dirname(FFMPEG_PATH)] : [];
  const onPath = PATH.split(delimiter).filter(Boolean);
  return {
    ffmpeg: given("FFMPEG_PATH", FFMPEG_PATH) ?? installed("ffmpeg", onPath) ?? bundled("ffmpeg"),
    ffprobe:
      given("FFPROBE_PATH", FFPROBE_PATH) ??
      installed("ffprobe", [...beside, ...onPath]) ??
      bundled("ffprobe"),
  };
}

/**
 * Asks both programs for their version, so that something else under their names shows before any work.
 * @throws {@link FfmpegNotFoundError} naming the program that isn't what it should be
 */
export function requireWorking(tools: FfmpegTools): FfmpegTools {
  for (const [name, path] of Object.entries(tools)) {
    const { stdout, error } = spawnSync(path, ["-version"], { encoding: "utf8", timeout: 10_000 });
    if (error === undefined && stdout.startsWith(`${name} version`)) continue;
    throw new FfmpegNotFoundError(
      `${path} doesn't answer as ${name} does (${error?.message ?? "no version"}). ` +
        `Install ffmpeg, or set ${name.toUpperCase()}_PATH to its path.`,
    );
  }
  return tools;
}

function given(variable: string, path: string | undefined): string | undefined {
  if (!path || isExecutable(path)) return path || undefined;
  throw new FfmpegNotFoundError(
    `${variable} is "${path}", which is no file that can be executed: correct or unset it.`,
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
    // accessSync has no other way to say no.
    return false;
  }
}
