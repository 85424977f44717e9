import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withStyle } from "./caption-style";
import type { EncodingPlan } from "./encoding-plan";
import { JobError, JobErrorCode } from "./errors";
import { type FfprobeReport, openFile } from "./ffprobe";
import type { SubtitlesPlan } from "./subtitles-plan";
import { parseTtml } from "./ttml";
import { CaptionsError, parseSrt, parseWebVtt, type WebVtt, writeWebVtt } from "./webvtt";

/** The captions of an output inside the work directory, as far as the source has them. */
export const captionsFile = ({ workName }: Pick<SubtitlesPlan, "workName">) => `${workName}.vtt`;

export interface CaptionsTools {
  /** @returns the path on disk of an s3:// object that the job may read */
  find(uri: string): Promise<string>;
  /** Runs ffmpeg inside the work directory. Absent: nothing is decoded. */
  readonly run?: ((args: readonly string[]) => Promise<void>) | undefined;
}

/**
 * Writes the captions of a job's outputs into its work directory.
 * @param input the path on disk of the video
 * @throws JobError if a file is missing or holds no captions
 */
export async function prepareCaptions(
  plan: EncodingPlan,
  directory: string,
  input: string,
  report: FfprobeReport,
  tools: CaptionsTools,
): Promise<void> {
  const outputs = plan.groups.flatMap((group) =>
    group.type === "FILE_GROUP" ? [] : group.outputs.filter((output) => output.kind === "subtitles"),
  );
  for (const output of outputs) {
    const captions =
      "uri" in output.source
        ? await fromFile(output.source, tools)
        : await decoded(output.source, plan, directory, input, report, tools);
    await writeFile(join(directory, captionsFile(output)), writeWebVtt(withStyle(captions, output.style)));
  }
}

const PARSERS = { WEBVTT: parseWebVtt, SRT: parseSrt, TTML: parseTtml };

/** Bytes that aren't UTF-8 become replacement characters: no setting of the job names another encoding. */
async function fromFile(
  { uri, format }: { readonly uri: string; readonly format: keyof typeof PARSERS },
  { find }: CaptionsTools,
): Promise<WebVtt> {
  const text = await readFile(await find(uri), "utf8");
  try {
    return PARSERS[format](text);
  } catch (error) {
    if (!(error instanceof CaptionsError)) throw error;
    throw new JobError(
      JobErrorCode.CANNOT_OPEN_INPUT,
      `Unable to read the captions file [${uri}] as ${format}: [${error.message}]`,
    );
  }
}

/** CEA-608, which ffmpeg decodes in a pass of its own. */
async function decoded(
  { channel, from }: { readonly channel: number; readonly from: "picture" | "track" },
  { clipSeconds }: EncodingPlan,
  directory: string,
  input: string,
  report: FfprobeReport,
  { run }: CaptionsTools,
): Promise<WebVtt> {
  const track = report.streams.find(({ codec_name }) => codec_name === "eia_608");
  if (!run || (from === "track" && !track)) return { styles: [], cues: [] };
  const file = `${from}-${channel}.vtt`;
  await run([
    ...["-data_field", channel === 1 ? "first" : "second"],
    ...(track && from === "track"
      ? [...openFile(input), "-map", `0:${track.index}`]
      : [...(await openPicture(input, directory, report)), "-map", "0:s"]),
    ...(clipSeconds === undefined ? [] : ["-t", clipSeconds.toFixed(6)]),
    ...["-c:s", "webvtt", "-f", "webvtt", file],
  ]);
  return parseWebVtt(await readFile(join(directory, file), "utf8"));
}

/** Makes a stream of the captions in the picture. */
async function openPicture(input: string, directory: string, { format }: FfprobeReport): Promise<string[]> {
  // A name without characters that filters read as syntax.
  const name = "captioned-input";
  await symlink(input, join(directory, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const [demuxer] = format.format_name?.split(",") ?? [];
  return ["-f", "lavfi", "-i", `movie=filename=${name}:format_name=${demuxer}[out+subcc]`];
}
