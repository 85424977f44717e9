import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { findFfmpeg, requireWorking } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import type { StoredObject } from "aws-stand-ins/s3/model";
import { JobWatcher } from "./cli/job-watcher";
import { type JobReport, reportOn } from "./cli/report";
import { synthesizeInto } from "./cli/synthesis";
import type { Faults } from "./faults";
import { LocalPipeline } from "./pipeline";
import { MediaFiles } from "./services/media-files";

export interface StartOptions {
  /** Of the stack: the variables of the README's table. Those of the process have no effect. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Writes tiny stand-ins instead of encoding, and so accepts any bytes as a video. @default false */
  readonly instant?: boolean;
  /** What goes wrong (docs/local.md). @default nothing */
  readonly faults?: Partial<Faults>;
  /** Keeps uploads, outputs and jobs. @default a folder that `stop` deletes */
  readonly dataDirectory?: string;
}

/** A pipeline in this process. */
export interface StartedPipeline {
  /** For SDK clients: endpoint, region and credentials of the account's administrator. */
  readonly clientOptions: LocalPipeline["clientOptions"];
  /** The bucket of uploads. */
  readonly rawBucket: string;
  readonly jobTable: string;
  /**
   * Uploads a file, as an uploader would.
   *
   * @param key @default the file's name
   */
  upload(file: string, key?: string): Promise<StoredObject>;
  /** Waits until the upload's job has ended, or never will. @returns its row, outputs and notifications */
  end(upload: StoredObject): Promise<JobReport>;
  /** Stops every service. */
  stop(): Promise<void>;
}

/**
 * Synthesizes the stack and runs it on this machine, on free ports, for tests of your own (docs/testing.md).
 *
 * @throws {UsageError} for an invalid setting; {@link StackError} if the local pipeline can't run the stack;
 *   {@link FfmpegNotFoundError} without ffmpeg
 */
export async function startPipeline({
  settings = {},
  instant,
  faults,
  dataDirectory,
}: StartOptions = {}): Promise<StartedPipeline> {
  const tools = await requireWorking(findFfmpeg(process.env));
  const directory = dataDirectory ?? (await mkdtemp(join(tmpdir(), "media-pipeline-")));
  const { PATH, HOME } = process.env;
  const removeData = async () => {
    if (dataDirectory === undefined) await rm(directory, { recursive: true, force: true });
  };
  try {
    const stack = await synthesizeInto(directory, { PATH, HOME, ...settings });
    const options = { ...stack, dataDirectory: directory, tools, instant, faults };
    return started(await LocalPipeline.start(options), removeData);
  } catch (error) {
    await removeData();
    throw error;
  }
}

function started(pipeline: LocalPipeline, removeData: () => Promise<void>): StartedPipeline {
  const watcher = new JobWatcher(pipeline);
  const { clientOptions, rawBucket, jobTable } = pipeline;
  return {
    ...{ clientOptions, rawBucket, jobTable },
    upload: (file, key = basename(file)) => pipeline.upload(key, file),
    async end(upload) {
      const watched = await watcher.watch(upload, () => {});
      return reportOn(watched, new MediaFiles(pipeline.objects), await pipeline.notifications.read());
    },
    async stop() {
      await pipeline.stop();
      await removeData();
    },
  };
}
