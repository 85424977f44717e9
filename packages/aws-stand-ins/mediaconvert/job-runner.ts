import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type BlackSegment, readBlackSegments } from "./black-video";
import { prepareCaptions } from "./captions-source";
import { DecoderComplaints } from "./decoder-warnings";
import { type EncodingPlan, picturesOf, planEncoding } from "./encoding-plan";
import { JobError, JobErrorCode } from "./errors";
import { type EventStatus, inputInformation } from "./events";
import { ffmpegArguments } from "./ffmpeg-command";
import { hasDecoderOption, hasFilter, runFfmpeg } from "./ffmpeg-process";
import type { FfmpegTools } from "./ffmpeg-tools";
import { runFfprobe } from "./ffprobe";
import { INSTANT_REMARK, INSTANT_SOURCE, writeInstantOutputs } from "./instant-outputs";
import type { Job } from "./job";
import type { MediaStore } from "./media-store";
import { collectOutputs } from "./output-files";
import { ProgressiveHls } from "./progressive-hls";
import { describeSource } from "./source";
import type { GroupFiles, OutputGroupDetail, Upload } from "./upload";

export interface JobRunnerOptions {
  readonly storage: MediaStore;
  readonly tools: FfmpegTools;
  readonly workDirectory: string;
  /** x264's preset. @default "ultrafast" */
  readonly encoderPreset?: string;
  /** Called once per job; true ends it with code 1999. */
  failsJob(): boolean;
  /** Called with each ffmpeg and its arguments, before it starts. */
  onCommand?(command: readonly string[]): void;
  /** Any object passes for the same short video, and nothing is encoded. */
  readonly instant?: boolean;
  tell(job: Job, status: EventStatus, extra: object): Promise<void>;
}

/** What a job leaves besides its files. */
export interface JobResult {
  readonly outputGroupDetails: readonly OutputGroupDetail[];
  readonly blackSegments: readonly BlackSegment[];
  readonly warnings: readonly { readonly code: number; readonly count: number }[];
}

/** Runs one job from input to outputs, and records its progress. */
export class JobRunner {
  constructor(private readonly options: JobRunnerOptions) {}

  /** @throws JobError; after an abort the reason of `job.stop`, once ffmpeg has exited */
  async run(job: Job): Promise<JobResult> {
    const { tools, workDirectory, instant } = this.options;
    const { signal } = job.stop;
    const uri = job.request.settings.inputs[0]?.fileInput ?? "";
    const find = (file: string) => this.findInput(file, job.request.role);
    const input = await find(uri);
    const report = instant ? INSTANT_SOURCE : await runFfprobe(tools.ffprobe, input, uri, signal);
    await this.options.tell(job, "INPUT_INFORMATION", inputInformation(report, uri));
    if (this.options.failsJob()) throw new JobError(JobErrorCode.UNKNOWN, "Unknown error");
    const plan = planEncoding(job.request.settings, describeSource(report));

    mkdirSync(workDirectory, { recursive: true });
    const directory = mkdtempSync(join(workDirectory, `${job.id}-`));
    try {
      job.progress = { phase: "TRANSCODING", phasePercent: 0, framesDecoded: 0 };
      const complaints = new DecoderComplaints(report);
      const run = instant
        ? undefined
        : (args: readonly string[]) => this.decodeCaptions(job, args, directory);
      await prepareCaptions(plan, directory, input, report, { find, run });
      const progressive = new ProgressiveHls(plan, directory, async (upload) => {
        job.stop.signal.throwIfAborted();
        await this.write(job, upload);
      });
      if (instant) await writeInstantOutputs(plan, directory);
      else await progressive.during(this.transcode(job, plan, input, directory, complaints));
      const { warnings } = complaints;
      for (const { code, message } of warnings)
        await this.options.tell(job, "NEW_WARNING", { warningCode: String(code), warningMessage: message });
      if (instant) job.remarks.push(INSTANT_REMARK);
      const groups = await collectOutputs(plan, directory, { remark: instant ? INSTANT_REMARK : undefined });
      const blackSegments = instant ? [] : await readBlackSegments(directory, plan.durationSeconds);
      await this.upload(job, withoutMedia(groups, progressive.written));
      return {
        outputGroupDetails: groups.map(({ detail }) => detail),
        blackSegments,
        warnings: warnings.map(({ code, count }) => ({ code, count })),
      };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  private async transcode(
    job: Job,
    plan: EncodingPlan,
    input: string,
    directory: string,
    complaints: DecoderComplaints,
  ): Promise<void> {
    const { tools, encoderPreset = "ultrafast" } = this.options;
    await this.needColorConversion(plan);
    const commandLine = ffmpegArguments(plan, input, encoderPreset);
    this.record(job, [tools.ffmpeg, ...commandLine]);
    await runFfmpeg({
      ffmpeg: tools.ffmpeg,
      arguments: commandLine,
      directory,
      signal: job.stop.signal,
      onProgress: (seconds, framesDecoded) => {
        const phasePercent = plan.durationSeconds ? Math.min(100, (100 * seconds) / plan.durationSeconds) : 0;
        job.progress = { phase: "TRANSCODING", phasePercent, framesDecoded };
      },
      onComplaint: (line) => complaints.read(line),
    });
  }

  private async decodeCaptions(job: Job, args: readonly string[], directory: string): Promise<void> {
    const { ffmpeg } = this.options.tools;
    // Earlier versions also get the times wrong.
    if (!(await hasDecoderOption(ffmpeg, "cc_dec", "data_field")))
      throw new JobError(
        JobErrorCode.SETTINGS_DO_NOT_FIT_INPUT,
        `Embedded captions need ffmpeg 4.4 or later, which ${ffmpeg} isn't: set FFMPEG_PATH to one that is.`,
      );
    const commandLine = ["-nostdin", "-hide_banner", "-v", "error", "-y", "-progress", "pipe:1", ...args];
    this.record(job, [ffmpeg, ...commandLine]);
    const { signal } = job.stop;
    await runFfmpeg({ ffmpeg, arguments: commandLine, directory, signal, onProgress: () => undefined });
  }

  private record(job: Job, command: readonly string[]): void {
    job.commands.push(command);
    this.options.onCommand?.(command);
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

  private async needColorConversion(plan: EncodingPlan): Promise<void> {
    const { ffmpeg } = this.options.tools;
    if (!picturesOf(plan).some(({ conversion }) => conversion) || (await hasFilter(ffmpeg, "zscale"))) return;
    throw new JobError(
      JobErrorCode.SETTINGS_DO_NOT_FIT_INPUT,
      `Color conversion needs an ffmpeg with the zscale filter (libzimg), which ${ffmpeg} lacks: set FFMPEG_PATH to one that has it.`,
    );
  }

  /** Segments and captures, then playlists, then manifests: no player finds a link to a missing file. */
  private async upload(job: Job, groups: readonly GroupFiles[]): Promise<void> {
    const stages = ["media", "playlists", "manifests"] as const;
    const total = groups.flatMap((group) => stages.flatMap((stage) => group[stage])).length;
    let done = 0;
    for (const stage of stages) {
      for (const batch of batches(groups.flatMap((group) => group[stage]))) {
        job.stop.signal.throwIfAborted();
        job.progress = { ...job.progress, phase: "UPLOADING", phasePercent: (100 * done) / total };
        await Promise.all(batch.map((upload) => this.write(job, upload)));
        done += batch.length;
      }
    }
  }

  private async write({ request }: Job, { uri, content, contentType }: Upload): Promise<void> {
    await this.options.storage.write(uri, content, contentType, request.role).catch((error: unknown) => {
      throw storageFault(error, JobErrorCode.CANNOT_WRITE_OUTPUT, `Unable to write output file [${uri}]`);
    });
  }
}

/** What is left to upload of groups whose segments were written as they came. */
const withoutMedia = (groups: readonly GroupFiles[], written: ReadonlySet<string>): GroupFiles[] =>
  groups.map((group) => ({ ...group, media: group.media.filter(({ uri }) => !written.has(uri)) }));

/** Concurrent uploads. */
const BATCH = 8;

const batches = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );

function storageFault(error: unknown, code: number, what: string): JobError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new JobError(name === "AccessDenied" ? JobErrorCode.ACCESS_DENIED : code, `${what}: [${message}]`);
}
