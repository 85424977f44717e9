import type { Command } from "commander";
import { errorPage } from "../error-page";
import { printable } from "../printable";
import { storyOf } from "../story";
import type { Story } from "../story-model";
import { textTable } from "../text-table";
import { addVerb, type CommonOptions, columns, deploymentOf, print, printJson } from "./verb";

export function addWhy(program: Command): void {
  addVerb(
    program,
    "why <JOB|KEY>",
    "Tells the story of an upload: every event, what it means, and what to do. Also for one that became no job.",
    ["film.mp4", "film.mp4 --env prod", "0f3c… --local --json"],
  ).action(async (idOrKey: string, given: CommonOptions) => {
    const story = await storyOf(await deploymentOf(given), idOrKey, Date.now());
    if (given.json) printJson(story);
    else print(given.quiet ? printable(story.meaning) : describe(story));
  });
}

function describe({ key, job, events, meaning, next }: Story): string {
  const heading = job === null ? `${key}: no job` : `${key}: ${job.status}, job ${job.jobId}`;
  const rows = events.map(({ at, source, text }) => [at.replace("T", " ").replace("Z", ""), source, text]);
  const timeline = rows.length === 0 ? [] : ["", textTable(rows, columns())];
  const page = job?.error === undefined ? [] : [`The error's page: ${errorPage(job.error.code)}`];
  const action = next === null ? [] : ["", `Next: ${next}`];
  return [printable(heading), ...timeline, "", printable(meaning), ...page, ...action.map(printable)].join(
    "\n",
  );
}
