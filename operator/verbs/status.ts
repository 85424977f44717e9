import type { Command } from "commander";
import { isTerminal, type Job } from "../../lambdas/jobs/job";
import { type Deployment, viewerUrl } from "../deployment";
import { errorPage } from "../error-page";
import { Jobs } from "../jobs";
import { ageOf, textTable, usd } from "../text-table";
import { addVerb, type CommonOptions, deploymentOf, print, printJson } from "./verb";

export function addStatus(program: Command): void {
  addVerb(program, "status <JOB|KEY>", "Shows a job: its state, source, outputs and cost.", [
    "film.mp4",
    "0f3c… --env prod",
    "film.mp4 --local --json",
  ]).action(async (idOrKey: string, given: CommonOptions) => {
    const deployment = await deploymentOf(given);
    const [job] = await new Jobs(deployment).find(idOrKey);
    if (given.json) printJson(job);
    else print(given.quiet ? job.status : describe(job, deployment, Date.now()));
  });
}

function describe(job: Job, deployment: Deployment, now: number): string {
  const forViewers = (url: string | undefined) => url && viewerUrl(deployment, url).href;
  const { source = {}, outputs = {}, error, warnings = {} } = job;
  const size = source.widthPx && source.heightPx ? `${source.widthPx} × ${source.heightPx}` : undefined;
  const facts: readonly [string, string | undefined][] = [
    ["key", job.inputFile],
    ["job", job.jobId],
    ["status", isTerminal(job.status) ? job.status : `${job.status}, ${job.progressPercent ?? 0} %`],
    ["phase", job.phase],
    ["created", `${new Date(job.createdAt * 1000).toISOString()}, ${ageOf(now / 1000 - job.createdAt)} ago`],
    ["error", error && `${error.code}: ${error.message}`],
    ["advice", error?.advice],
    ["error's page", error && errorPage(error.code)],
    ...Object.entries(warnings).map(([code, text]): [string, string] => ["warning", `${code}: ${text}`]),
    [
      "source",
      [size, source.videoCodec, source.durationSeconds && `${source.durationSeconds} s`]
        .filter(Boolean)
        .join(", "),
    ],
    ["estimate", job.estimatedCostUsd === undefined ? undefined : usd(job.estimatedCostUsd)],
    ["MediaConvert job", job.mediaConvertJobId],
    ["manifest", forViewers(job.playback?.hlsManifest) ?? outputs.hlsManifest],
    ["poster", forViewers(job.playback?.poster) ?? outputs.poster],
    ["chosen poster", job.posterChoice && `the thumbnail at ${job.posterChoice.seconds} s`],
    ["storyboard", forViewers(job.playback?.storyboard) ?? outputs.storyboard],
    ...(job.renditions ?? []).map(
      ({ name = "rendition", widthPx, heightPx, averageBitrateBps = 0 }): [string, string] => [
        name,
        `${widthPx} × ${heightPx}, ${(averageBitrateBps / 1e6).toFixed(2)} Mb/s`,
      ],
    ),
  ];
  return textTable(facts.filter((fact): fact is [string, string] => Boolean(fact[1])));
}
