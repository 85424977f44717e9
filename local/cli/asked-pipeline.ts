import type { FfmpegTools } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { shellQuoted } from "../../operator/printable";
import { describeBacklog } from "../backlog";
import { describeFaults } from "../faults";
import { LocalPipeline, type LocalPipelineOptions } from "../pipeline";
import type { PipelineArguments } from "./arguments";
import { type LocalStack, synthesizeInto } from "./synthesis";

/**
 * Starts the pipeline that a command line asks for, synthesizing its stack unless it names one. Prints each step, faults,
 * what an earlier run left and, with `--verbose`, ffmpeg's command lines.
 *
 * @param tools awaited once the stack is there
 * @param settings of the stack
 */
export async function startAskedPipeline(
  { stackDirectory, faults, verbose, ...options }: PipelineArguments,
  tools: FfmpegTools | Promise<FfmpegTools>,
  settings: NodeJS.ProcessEnv,
  onFailure?: LocalPipelineOptions["onFailure"],
): Promise<LocalPipeline> {
  const stack =
    stackDirectory === undefined
      ? await synthesizeAloud(options.dataDirectory, settings)
      : { stackDirectory };
  if (faults !== undefined) console.error(`Faults are on: --faults ${describeFaults(faults)}`);
  const print = (command: readonly string[]) => console.error(command.map(shellQuoted).join(" "));
  const onCommand = verbose ? print : undefined;
  const pipeline = await LocalPipeline.start({
    ...{ ...options, ...stack, faults, onCommand, onFailure },
    tools: await tools,
  });
  const resumed = describeBacklog(pipeline.resumed);
  if (resumed !== undefined) console.error(`Continues what the last run left: ${resumed}.`);
  return pipeline;
}

/** Synthesis takes seconds, and so do the services: neither passes in silence. */
async function synthesizeAloud(dataDirectory: string, settings: NodeJS.ProcessEnv): Promise<LocalStack> {
  const stack = await synthesizeInto(dataDirectory, settings, {
    onSynthesis: () => console.error("Synthesizing the stack…"),
  });
  console.error("Starting its services…");
  return stack;
}

/** Stops the pipeline. Prints what is left for the next start. */
export async function stopPipeline(pipeline: LocalPipeline): Promise<void> {
  const left = describeBacklog(await pipeline.stop());
  if (left !== undefined) console.error(`Left for the next start with this data directory: ${left}.`);
}
