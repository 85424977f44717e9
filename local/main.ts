import { constants } from "node:os";
import { basename, join } from "node:path";
import { findFfmpeg, requireWorking } from "aws-stand-ins/ffmpeg";
import { readArguments, UsageError } from "./arguments";
import { runCommand, STOP_SIGNALS } from "./command";
import { announceFaults, commandPrinter } from "./diagnostics";
import { JobFollower } from "./job-follower";
import { MediaFiles } from "./media-files";
import { LocalPipeline } from "./pipeline";
import { progressOn } from "./progress";
import { describe, type JobReport, reportOn } from "./report";
import { makeSampleClip } from "./sample-clip";

/** Runs videos through the local pipeline. @returns the exit status */
async function main(): Promise<number> {
  // npm runs scripts in the project's folder; INIT_CWD is where the user stands.
  const given = readArguments(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (given.help !== undefined) {
    console.log(given.help);
    return 0;
  }
  const tools = requireWorking(findFfmpeg(process.env));
  const files = [...given.files];
  if (files.length === 0) {
    const sample = join(given.dataDirectory, "sample", "sample.mp4");
    await makeSampleClip(sample, tools);
    files.push(sample);
  }

  announceFaults(given);
  const pipeline = await LocalPipeline.start({ ...given, tools, onCommand: commandPrinter(given) });
  for (const signal of STOP_SIGNALS) {
    process.once(
      signal,
      () => void pipeline.stop().finally(() => process.exit(128 + constants.signals[signal])),
    );
  }
  try {
    requireSourceSuffix(files, pipeline);
    const reports = await run(files, pipeline);
    console.log(given.json ? JSON.stringify({ jobs: reports }, null, 2) : reports.map(describe).join("\n\n"));
    return reports.every(({ status }) => status === "COMPLETE") ? 0 : 1;
  } finally {
    await pipeline.stop();
  }
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

/** An upload that starts nothing would be lost without a trace, so it isn't made. */
function requireSourceSuffix(files: readonly string[], pipeline: LocalPipeline): void {
  const [other] = files.filter((file) => !pipeline.startsJob(basename(file)));
  if (other === undefined) return;
  throw new UsageError(
    `${other} would start no job: the pipeline takes names that end in ${pipeline.sourceSuffixes.join(", ")}. ` +
      "Rename the file, or add its ending to SOURCE_SUFFIXES.",
  );
}

runCommand(main);
