import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FfmpegTools } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { JobWatcher } from "../local/cli/job-watcher";
import { LocalPipeline, type LocalPipelineOptions } from "../local/pipeline";

/** The pipelines of a run, one at a time. */
export class Pipelines {
  private count = 0;
  private running?: LocalPipeline;

  /** @param directory for their data */
  constructor(
    private readonly stackDirectory: string,
    private readonly directory: string,
    private readonly tools: FfmpegTools,
  ) {}

  async start(
    options: Pick<LocalPipelineOptions, "instant" | "onCommand"> &
      Partial<Pick<LocalPipelineOptions, "stackDirectory">> = {},
  ): Promise<LocalPipeline> {
    this.count += 1;
    this.running = await LocalPipeline.start({
      stackDirectory: this.stackDirectory,
      dataDirectory: join(this.directory, `data-${this.count}`),
      ...options,
      tools: this.tools,
    });
    return this.running;
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.stop();
  }
}

/** What IAM judges for one video, by caller, without the use of keys and the logs. */
export async function countCalls(pipelines: Pipelines, directory: string): Promise<Record<string, number>> {
  const file = join(directory, "tiny.mp4");
  await writeFile(file, "instant mode accepts any bytes");
  const pipeline = await pipelines.start({ instant: true });
  const calls: Record<string, number> = {};
  pipeline.access.on("judged", ({ session, action }) => {
    // S3, SQS and DynamoDB use keys on the caller's behalf.
    if (action.startsWith("kms:") || action.startsWith("logs:") || action.startsWith("iam:")) return;
    calls[session.name] = (calls[session.name] ?? 0) + 1;
  });
  const upload = await pipeline.upload("calls.mp4", file);
  await new JobWatcher(pipeline).watch(upload, () => {});
  while (!(await pipeline.isIdle())) await sleep(100);
  await pipelines.stop();
  return calls;
}
