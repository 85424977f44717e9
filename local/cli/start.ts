import { basename, join } from "node:path";
import { findFfmpeg, requireWorking } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { byUploadKind, isCompanion } from "../../operator/companions-first";
import { printableJson } from "../../operator/printable";
import type { LocalPipeline } from "../pipeline";
import { MediaFiles } from "../services/media-files";
import { readStartArguments } from "./arguments";
import { startAskedPipeline, stopPipeline } from "./asked-pipeline";
import { JobWatcher, type WatchedJob } from "./job-watcher";
import { type Progress, progressOn } from "./progress";
import { describe, howToWatch, type JobReport, reportOn } from "./report";
import { runCommand, UsageError, untilStopped } from "./run-command";
import { makeSampleClip } from "./sample-clip";

/** Runs videos through the local pipeline. @returns the exit status */
async function start(environment: NodeJS.ProcessEnv): Promise<number> {
  // npm runs scripts in the project's directory and passes the user's in INIT_CWD.
  const given = readStartArguments(process.argv.slice(2), environment.INIT_CWD ?? process.cwd());
  const found = findFfmpeg(environment);
  const tools = requireWorking(found);
  tools.catch(() => {});
  const sample = join(given.dataDirectory, "sample", "sample.mp4");
  const files = given.files.length === 0 ? [sample] : given.files;
  // While the stack is synthesized, on another core.
  const sampled = given.files.length === 0 ? makeSampleClip(sample, found) : Promise.resolve();
  sampled.catch(() => {});
  const pipeline = await startAskedPipeline(given, tools, environment);
  const progress = progressOn(process.stderr, given.verbose);
  const work = async () => {
    requireUse(files, pipeline);
    await sampled;
    const watched = await run(files, pipeline, progress);
    progress.done();
    const reports = await reportOnAll(watched, pipeline);
    console.log(
      given.json
        ? printableJson({ jobs: reports })
        : [
            reports.map((report) => describe(report, given.verbose)).join("\n\n"),
            howToWatch(reports, given.dataDirectory),
          ]
            .join("\n")
            .trimEnd(),
    );
    return reports.every(({ status }) => status === "COMPLETE") ? 0 : 1;
  };
  return untilStopped(work, async () => {
    progress.done();
    await stopPipeline(pipeline);
  });
}

/** Refuses a file whose upload would start no job, unless it accompanies a video that does. */
function requireUse(files: readonly string[], pipeline: LocalPipeline): void {
  const others = files.filter((file) => !pipeline.startsJob(basename(file)));
  const refused = others.find((file) => !isCompanion(basename(file)));
  const accepted = pipeline.sourceSuffixes.join(", ");
  if (refused !== undefined) {
    throw new UsageError(
      `${refused} would start no job: the pipeline accepts names that end in ${accepted}. ` +
        "Rename the file, or add its suffix to SOURCE_SUFFIXES.",
    );
  }
  if (others.length < files.length) return;
  throw new UsageError(`${others[0]} accompanies a video and starts no job. Name its video as well.`);
}

async function run(
  files: readonly string[],
  pipeline: LocalPipeline,
  progress: Progress,
): Promise<WatchedJob[]> {
  const watcher = new JobWatcher(pipeline);
  const { companions, others: videos } = byUploadKind(files);
  await Promise.all(companions.map((file) => pipeline.upload(basename(file), file)));
  return Promise.all(
    videos.map(async (file) => {
      const name = basename(file);
      progress.show(name, "UPLOADING", 0);
      const upload = await pipeline.upload(name, file);
      return watcher.watch(upload, (status, percent) => progress.show(name, status, percent));
    }),
  );
}

async function reportOnAll(watched: readonly WatchedJob[], pipeline: LocalPipeline): Promise<JobReport[]> {
  const notifications = await pipeline.notifications.read();
  const media = new MediaFiles(pipeline.objects);
  return Promise.all(watched.map((job) => reportOn(job, media, notifications)));
}

runCommand(start);
