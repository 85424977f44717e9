import type { FfmpegTools } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { describeFaults } from "../faults";
import { LocalPipeline } from "../pipeline";
import type { PipelineArguments } from "./arguments";
import { synthesizeInto } from "./synthesis";

/**
 * Starts the pipeline that a command line asks for, synthesizing its stack unless it names one. Prints faults and, with
 * `--verbose`, ffmpeg's command lines.
 */
export async function startPipeline(
  { stackDirectory, faults, verbose, ...options }: PipelineArguments,
  tools: FfmpegTools,
): Promise<LocalPipeline> {
  const stack =
    stackDirectory === undefined
      ? await synthesizeInto(options.dataDirectory, process.env)
      : { stackDirectory };
  if (faults !== undefined) console.error(`Faults are on: --faults ${describeFaults(faults)}`);
  const print = (command: readonly string[]) => console.error(command.map(shellQuoted).join(" "));
  const onCommand = verbose ? print : undefined;
  return LocalPipeline.start({ ...options, ...stack, faults, tools, onCommand });
}

function shellQuoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
