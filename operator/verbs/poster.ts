import { type Command, InvalidArgumentError } from "commander";
import { choosePoster } from "../choose-poster";
import { viewerUrl } from "../deployment";
import { Jobs } from "../jobs";
import { printable } from "../printable";
import { addVerb, type CommonOptions, deploymentOf, print, printJson } from "./verb";

export function addPoster(program: Command): void {
  addVerb(program, "poster <JOB|KEY>", "Makes the thumbnail nearest to a time the poster of a job.", [
    "film.mp4 90",
    "0f3c… 12.5 --env prod",
  ])
    .argument("<SECONDS>", "from the start of the video", readSeconds)
    .action(async (idOrKey: string, seconds: number, given: CommonOptions) => {
      const deployment = await deploymentOf(given);
      const jobs = new Jobs(deployment);
      const [job] = await jobs.find(idOrKey);
      const chosen = await choosePoster(jobs, job, seconds);
      const { playback, outputs } = chosen.job;
      const url = playback?.poster ? viewerUrl(deployment, playback.poster).href : (outputs?.poster ?? "");
      if (given.json) printJson({ jobId: job.jobId, poster: url, seconds: chosen.seconds });
      else if (given.quiet) print(printable(url));
      else print(printable(`The poster is the thumbnail at ${chosen.seconds} s: ${url}`));
    });
}

function readSeconds(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) {
    throw new InvalidArgumentError("Use seconds from the start of the video, such as 90 or 12.5.");
  }
  return Number(text);
}
