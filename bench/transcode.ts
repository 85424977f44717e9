import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ListJobsCommand, MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import type { FfmpegTools } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { JobWatcher } from "../local/cli/job-watcher";
import { makeSampleClip } from "../local/cli/sample-clip";
import type { LocalPipeline } from "../local/pipeline";
import type { Pipelines } from "./pipeline";
import type { Row } from "./table";

const RUNS = 2;
/** MediaConvert tells whole seconds only: a job of 20 is known to a twentieth. */
const SECONDS = 45;

/**
 * A local job, from its start to its end, against one ffmpeg that a person would write for the same ladder: the same
 * encoders with the same settings, and neither the search for black video nor the progress that the job needs.
 */
export async function measureTranscode(
  pipelines: Pipelines,
  directory: string,
  tools: FfmpegTools,
): Promise<Row[]> {
  const [clip, short] = [join(directory, "transcode.mp4"), join(directory, "warm.mp4")];
  await makeSampleClip(clip, tools, SECONDS);
  await makeSampleClip(short, tools, 1);
  const commands: (readonly string[])[] = [];
  const pipeline = await pipelines.start({ onCommand: (command) => commands.push(command) });
  // The first job starts the functions.
  await transcode(pipeline, "warm.mp4", short);
  let [local, byHand] = [0, 0];
  for (let run = 0; run < RUNS; run += 1) {
    commands.length = 0;
    local += await transcode(pipeline, `run-${run}.mp4`, clip);
    const [ffmpeg = "", ...given] = writtenByHand(commands[0] ?? []);
    const cwd = await mkdtemp(join(directory, "by-hand-"));
    const began = performance.now();
    await promisify(execFile)(ffmpeg, given, { cwd });
    byHand += (performance.now() - began) / 1000;
  }
  await pipelines.stop();
  return [
    {
      what: `${SECONDS} s of 720p, speed to that of one ffmpeg by hand`,
      value: byHand / local,
      aim: 0.95,
      limit: 0.6,
      isSpeed: true,
    },
    { what: "decodes of the source for a job", value: decodesOf(commands), limit: 1 },
  ];
}

/** Inputs of all commands of a job. */
const decodesOf = (commands: readonly (readonly string[])[]) =>
  commands.flat().filter((argument) => argument === "-i").length;

/** @returns how long MediaConvert's job took, in seconds */
async function transcode(pipeline: LocalPipeline, key: string, file: string): Promise<number> {
  await new JobWatcher(pipeline).watch(await pipeline.upload(key, file), () => {});
  const client = new MediaConvertClient(pipeline.clientOptions);
  const { Jobs: [newest] = [] } = await client.send(new ListJobsCommand({}));
  const { StartTime, FinishTime } = newest?.Timing ?? {};
  return (Number(FinishTime) - Number(StartTime)) / 1000;
}

function writtenByHand(command: readonly string[]): string[] {
  return command
    .filter((argument, index) => argument !== "-progress" && command[index - 1] !== "-progress")
    .map((argument, index, all) =>
      all[index - 1] === "-filter_complex" ? withoutBlackSearch(argument) : argument,
    );
}

/** Drops the last branch of the split, and its chain. */
function withoutBlackSearch(filters: string): string {
  return filters
    .split(";")
    .filter((chain) => !chain.startsWith("[black]"))
    .map((chain) =>
      chain.replace("[black]", "").replace(/split=(\d+)/, (_, count) => `split=${Number(count) - 1}`),
    )
    .join(";");
}
