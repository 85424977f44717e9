import type { FfmpegTools } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { describeFaults } from "../faults";
import { LocalPipeline } from "../pipeline";
import type { PipelineArguments } from "./arguments";

/** Starts the pipeline that a command line asks for. Prints faults and, with `--verbose`, ffmpeg's command lines. */
export function startPipeline(
  { stackDirectory, dataDirectory, port, faults, instant, verbose }: PipelineArguments,
  tools: FfmpegTools,
): Promise<LocalPipeline> {
  if (faults !== undefined) console.error(`Faults are on: --faults ${describeFaults(faults)}`);
  const print = (command: readonly string[]) => console.error(command.map(shellQuoted).join(" "));
  const onCommand = verbose ? print : undefined;
  return LocalPipeline.start({ stackDirectory, dataDirectory, port, faults, instant, tools, onCommand });
}

function shellQuoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
