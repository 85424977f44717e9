import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { JobError, JobErrorCode } from "./errors";
import { guarded, outputOf, requireRun } from "./guarded-program";

export interface FfmpegRun {
  readonly ffmpeg: string;
  readonly arguments: readonly string[];
  readonly directory: string;
  /** Kills ffmpeg; `runFfmpeg` then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** How long ffmpeg may make no progress before it is killed. @default 300 */
  readonly stallSeconds?: number;
  /** @param seconds of the source that are encoded */
  readonly onProgress: (seconds: number, frames: number) => void;
  /** Called with each line of ffmpeg's standard error. */
  readonly onComplaint?: (line: string) => void;
}

/** @throws JobError if ffmpeg fails or hangs, or if the input is truncated */
export async function runFfmpeg({
  ffmpeg,
  arguments: args,
  directory,
  signal,
  stallSeconds = 300,
  onProgress,
  onComplaint,
}: FfmpegRun): Promise<void> {
  const stall = new AbortController();
  const watchdog = setTimeout(() => stall.abort(), stallSeconds * 1000);
  const stop = AbortSignal.any([signal, stall.signal]);
  const child = spawn(...guarded(ffmpeg, args), { cwd: directory, signal: stop, killSignal: "SIGKILL" });
  let complaints = "";
  createInterface(child.stderr).on("line", (line) => {
    complaints = `${complaints}${line}\n`.slice(-4000);
    onComplaint?.(line);
  });
  const fields = new Map<string, string>();
  let position = "";
  createInterface(child.stdout).on("line", (line) => {
    const [name = "", value = ""] = line.split("=");
    fields.set(name, value.trim());
    // "out_time_ms" counts microseconds too; ffmpeg of 2018 has no other number.
    const microseconds = Number(fields.get("out_time_us") ?? fields.get("out_time_ms"));
    if (name !== "progress") return;
    // ffmpeg reports as often when it stands still.
    const newPosition = `${microseconds} ${fields.get("frame")} ${fields.get("total_size")}`;
    if (newPosition !== position) watchdog.refresh();
    position = newPosition;
    if (microseconds > 0) onProgress(microseconds / 1e6, Number(fields.get("frame") ?? 0));
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    // An abort is reported before the process exits; the work directory is in use until then.
    child.on("error", (error) => (stop.aborted ? undefined : reject(error)));
    child.on("close", resolve);
  }).finally(() => clearTimeout(watchdog));
  signal.throwIfAborted();
  if (stall.signal.aborted)
    throw new JobError(
      JobErrorCode.UNKNOWN,
      `ffmpeg made no progress for ${stallSeconds} s and was killed: [${lastLine(complaints)}]`,
    );
  requireRun(ffmpeg, exitCode, complaints);
  const fault = faultOf(exitCode, complaints);
  if (fault) throw fault;
}

/** The job error that ffmpeg's exit code and standard error stand for. */
export function faultOf(exitCode: number | null, complaints: string): JobError | undefined {
  // ffmpeg exits with 0 after decoding the rest of a truncated file.
  if (/offset 0x[\da-f]+: partial file|Truncating packet|File ended prematurely/.test(complaints))
    return new JobError(
      JobErrorCode.TRUNCATED_INPUT,
      `The input file is truncated: [${lastLine(complaints)}]`,
    );
  if (exitCode === 0) return undefined;
  if (/Unknown decoder|no decoder found|Decoder .*not found/i.test(complaints))
    return new JobError(
      JobErrorCode.UNSUPPORTED_CODEC,
      `Unsupported codec in input: [${lastLine(complaints)}]`,
    );
  return new JobError(
    JobErrorCode.UNKNOWN,
    `ffmpeg failed with exit code ${exitCode}: [${lastLine(complaints)}]`,
  );
}

// ffmpeg prefixes a message with the component and its memory address: "[mov,mp4 @ 0x55d0] ".
const lastLine = (text: string) =>
  (text.trim().split("\n").at(-1) ?? "").replaceAll(/\[[^\][]+ @ 0x[\da-f]+\] /g, "");

/** Whether this ffmpeg's decoder has an option. */
export async function hasDecoderOption(ffmpeg: string, decoder: string, option: string): Promise<boolean> {
  const help = await outputOf(ffmpeg, ["-hide_banner", "-h", `decoder=${decoder}`], { timeoutSeconds: 60 });
  return help.includes(` -${option} `);
}

/** Whether this ffmpeg was built with a filter. */
export async function hasFilter(ffmpeg: string, name: string): Promise<boolean> {
  const filters = await outputOf(ffmpeg, ["-hide_banner", "-filters"], { timeoutSeconds: 60 });
  return filters.split("\n").some((line) => line.trim().split(/\s+/)[1] === name);
}
