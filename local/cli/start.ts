import { constants } from "node:os";
import { basename, join } from "node:path";
import { findFfmpeg, requireWorking } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import type { LocalPipeline } from "../pipeline";
import { MediaFiles } from "../services/media-files";
import { readStartArguments } from "./arguments";
import { JobFollower } from "./job-follower";
import { progressOn } from "./progress";
import { describe, howToWatch, type JobReport, reportOn } from "./report";
import { runCommand, STOP_SIGNALS, UsageError } from "./run-command";
import { makeSampleClip } from "./sample-clip";
import { startPipeline, stopPipeline } from "./start-pipeline";

/** Runs videos through the local pipeline. @returns the exit status */
async function start(): Promise<number> {
  // npm runs scripts in the project's directory and passes the user's in INIT_CWD.
  const given = readStartArguments(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  const tools = requireWorking(findFfmpeg(process.env));
  const files = [...given.files];
  if (files.length === 0) {
    const sample = join(given.dataDirectory, "sample", "sample.mp4");
    await makeSampleClip(sample, tools);
    files.push(sample);
  }

  const pipeline = await startPipeline(given, tools);
  for (const signal of STOP_SIGNALS) {
    process.once(
      signal,
      () => void stopPipeline(pipeline).finally(() => process.exit(128 + constants.signals[signal])),
    );
  }
  try {
    requireSourceSuffix(files, pipeline);
    const reports = await run(files, pipeline);
    console.log(
      given.json
        ? JSON.stringify({ jobs: reports }, null, 2)
        : [reports.map(describe).join("\n\n"), howToWatch(reports)].join("\n").trimEnd(),
    );
    return reports.every(({ status }) => status === "COMPLETE") ? 0 : 1;
  } finally {
    await stopPipeline(pipeline);
  }
}

/** Refuses a file whose upload would start no job. */
function requireSourceSuffix(files: readonly string[], pipeline: LocalPipeline): void {
  const refused = files.find((file) => !pipeline.startsJob(basename(file)));
  if (refused === undefined) return;
  throw new UsageError(
    `${refused} would start no job: the pipeline accepts names that end in ${pipeline.sourceSuffixes.join(", ")}. ` +
      "Rename the file, or add its suffix to SOURCE_SUFFIXES.",
  );
}

async function run(files: readonly string[], pipeline: LocalPipeline): Promise<JobReport[]> {
  const progress = progressOn(process.stderr);
  const follower = new JobFollower(pipeline);
  const followed = await Promise.all(
    files.map(async (file) => {
      const name = basename(file);
      progress.show(name, "UPLOADING", 0);
      const upload = await pipeline.upload(name, file);
      return follower.follow(upload, (status, percent) => progress.show(name, status, percent));
    }),
  );
  progress.done();
  const notifications = await pipeline.notifications.read();
  const media = new MediaFiles(pipeline.objects);
  return Promise.all(followed.map((job) => reportOn(job, media, notifications)));
}

runCommand(start);
