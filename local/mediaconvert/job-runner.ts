import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FfmpegTools } from "../ffmpeg";
import { JobError, JobErrorCode } from "./errors";
import { type EventStatus, inputInformation } from "./events";
import { ffmpegArguments } from "./ffmpeg-command";
import { hasFilter, runFfmpeg } from "./ffmpeg-process";
import { runFfprobe } from "./ffprobe";
import type { Job } from "./job";
import { type JobPlan, planJob } from "./job-plan";
import type { MediaStorage } from "./media-storage";
import { collectOutputs, type GroupFiles, type OutputGroupResult, type Upload } from "./output-results";
import { describeSource } from "./source";

export interface JobRunnerOptions {
  readonly storage: MediaStorage;
  readonly tools: FfmpegTools;
  readonly workDirectory: string;
  /** x264's preset. @default "ultrafast" */
  readonly encoderPreset?: string;
  tell(job: Job, status: EventStatus, extra: object): Promise<void>;
}

/** Does one job from input to outputs, and keeps its progress. */
export class JobRunner {
  constructor(private readonly options: JobRunnerOptions) {}

  /** @throws JobError; or the reason of `job.stop`, when ffmpeg is gone */
  async run(job: Job): Promise<readonly OutputGroupResult[]> {
    const { tools, workDirectory, encoderPreset = "ultrafast" } = this.options;
    const { signal } = job.stop;
    const uri = job.request.settings.inputs[0]?.fileInput ?? "";
    const input = await this.findInput(uri, job.request.role);
    const report = await runFfprobe(tools.ffprobe, input, uri, signal);
    await this.options.tell(job, "INPUT_INFORMATION", inputInformation(report, uri));
    const plan = planJob(job.request.settings, describeSource(report));
    await this.needToneMapping(plan);

    await mkdir(workDirectory, { recursive: true });
    const directory = await mkdtemp(join(workDirectory, `${job.id}-`));
    try {
      job.progress = { phase: "TRANSCODING", phasePercent: 0, framesDecoded: 0 };
      await runFfmpeg({
        ffmpeg: tools.ffmpeg,
        arguments: ffmpegArguments(plan, input, encoderPreset),
        directory,
        signal,
        onProgress: (seconds, framesDecoded) => {
          const phasePercent = plan.durationSeconds
            ? Math.min(100, (100 * seconds) / plan.durationSeconds)
            : 0;
          job.progress = { phase: "TRANSCODING", phasePercent, framesDecoded };
        },
      });
      const groups = await collectOutputs(plan, directory);
      await this.upload(job, groups, directory);
      return groups.map(({ result }) => result);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  private async findInput(uri: string, role: string): Promise<string> {
    const path = await this.options.storage.read(uri, role).catch((error: unknown) => {
      throw storageFault(error, JobErrorCode.INPUT_NOT_FOUND, `Unable to open input file [${uri}]`);
    });
    if (path !== undefined) return path;
    throw new JobError(
      JobErrorCode.INPUT_NOT_FOUND,
      `Unable to open input file [${uri}]: [Failed probe/open: [Can't read input stream: [Failed to read data: HeadObject failed]]]`,
    );
  }

  private async needToneMapping(plan: JobPlan): Promise<void> {
    const { ffmpeg } = this.options.tools;
    const asked = plan.groups.some(({ outputs }) => outputs.some(({ video }) => video?.toneMap));
    if (!asked || (await hasFilter(ffmpeg, "zscale"))) return;
    throw new JobError(
      JobErrorCode.SETTINGS_DO_NOT_FIT_INPUT,
      `HDR to SDR conversion needs an ffmpeg with the zscale filter (libzimg), which ${ffmpeg} lacks: set FFMPEG_PATH to one that has it.`,
    );
  }

  /** Segments and captures, then playlists, then manifests: a player never follows a link to nothing. */
  private async upload(job: Job, groups: readonly GroupFiles[], directory: string): Promise<void> {
    const stages = ["media", "playlists", "manifests"] as const;
    const uploads = stages.flatMap((stage) => groups.flatMap((group) => group[stage]));
    for (const [index, upload] of uploads.entries()) {
      job.stop.signal.throwIfAborted();
      job.progress = { ...job.progress, phase: "UPLOADING", phasePercent: (100 * index) / uploads.length };
      const file = await fileOf(upload, join(directory, `upload-${index}`));
      await this.options.storage
        .write(upload.uri, file, upload.contentType, job.request.role)
        .catch((error: unknown) => {
          throw storageFault(
            error,
            JobErrorCode.CANNOT_WRITE_OUTPUT,
            `Unable to write output file [${upload.uri}]`,
          );
        });
    }
  }
}

async function fileOf({ content }: Upload, textFile: string): Promise<string> {
  if ("file" in content) return content.file;
  await writeFile(textFile, content.text);
  return textFile;
}

function storageFault(error: unknown, code: number, what: string): JobError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new JobError(name === "AccessDenied" ? JobErrorCode.ACCESS_DENIED : code, `${what}: [${message}]`);
}
