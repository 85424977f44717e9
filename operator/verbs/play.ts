import type { Command } from "commander";
import type { Deployment } from "../deployment";
import { Jobs } from "../jobs";
import { openBrowser } from "../open-browser";
import { playableManifest } from "../play-url";
import { addVerb, type CommonOptions, deploymentOf, print, printJson } from "./verb";

export function addPlay(program: Command): void {
  addVerb(
    program,
    "play <JOB|KEY>",
    "Opens the page that plays a finished job; on AWS, says how to watch it.",
    ["film.mp4 --local", "film.mp4 --env prod"],
  )
    .option("--print", "print the page's URL without opening it")
    .action(async (idOrKey: string, given: CommonOptions & { readonly print?: boolean }) => {
      const deployment = await deploymentOf(given);
      const [{ jobId }] = await new Jobs(deployment).find(idOrKey);
      await playableManifest(deployment, jobId);
      const { pagesOrigin } = deployment;
      const page = pagesOrigin && `${pagesOrigin}/${jobId}`;
      if (given.json) printJson({ page: page ?? null });
      else print(page ?? howToWatch(deployment, jobId));
      if (page !== undefined && !given.print && process.stdout.isTTY) openBrowser(page);
    });
}

/** A browser keeps cookies for the page's own domain only, so no page of this machine can play the stream. */
const howToWatch = ({ selector, privateKeyFile }: Deployment, jobId: string) =>
  `Only a page of the distribution's domain plays the video (docs/playback.md). A URL and cookies for a player of your own:
npm run --silent media -- play-url ${jobId} ${selector}${privateKeyFile === undefined ? " --key playback-private.pem" : ""}`;
