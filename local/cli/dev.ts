import { once } from "node:events";
import { findFfmpeg, requireWorking } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { type Console, startConsole } from "../../operator/console/start-console";
import { localDeployment } from "../../operator/local-deployment";
import { openBrowser } from "../../operator/open-browser";
import { printable } from "../../operator/printable";
import type { LocalPipeline } from "../pipeline";
import { openLocally } from "../player/local-playback";
import { PlayerPages } from "../player/player-pages";
import { CONSOLE_ABOVE_ENDPOINT, PAGES_ABOVE_ENDPOINT, readDevArguments } from "./arguments";
import { startAskedPipeline, stopPipeline } from "./asked-pipeline";
import { type EndedJob, followEndedJobs } from "./ended-jobs";
import { runCommand, STOP_SIGNALS } from "./run-command";

/** Keeps the local pipeline running until it is interrupted. */
async function dev(environment: NodeJS.ProcessEnv): Promise<number> {
  const given = readDevArguments(process.argv.slice(2), environment.INIT_CWD ?? process.cwd());
  const tools = requireWorking(findFfmpeg(environment));
  const pipeline = await startAskedPipeline(given, tools, environment, ({ source, message }) =>
    console.error(printable(`${source}: ${message}`)),
  );
  const pages = await startPages(pipeline, given.port);
  if (pages !== undefined) pipeline.pages.origin = pages.origin;
  const operatorConsole = await openConsole(pipeline, given.port);
  console.log(introduction(pipeline, operatorConsole));
  const stopping = new AbortController();
  const announce = (job: EndedJob) => console.log(printable(sentence(job, pages)));
  const following = followEndedJobs(pipeline.notifications, announce, stopping.signal);
  await Promise.race([following, ...STOP_SIGNALS.map((signal) => once(process, signal))]);
  stopping.abort();
  await following;
  await operatorConsole.close();
  await pages?.stop();
  await stopPipeline(pipeline);
  return 0;
}

/** Serves a page for each job, two ports above the endpoint; undefined if the stack has no distribution. */
async function startPages(pipeline: LocalPipeline, port: number): Promise<PlayerPages | undefined> {
  const { playbackOrigin } = pipeline;
  if (playbackOrigin === undefined) return undefined;
  return PlayerPages.start({
    port: port === 0 ? 0 : port + PAGES_ABOVE_ENDPOINT,
    mediaOrigin: playbackOrigin,
    open: (jobId) => openLocally(pipeline, jobId),
  });
}

/** Serves the operator's console, three ports above the endpoint, and opens it if a person runs the command. */
async function openConsole({ endpointUrl }: LocalPipeline, port: number): Promise<Console> {
  const started = await startConsole({
    deployment: await localDeployment(endpointUrl),
    port: port === 0 ? 0 : port + CONSOLE_ABOVE_ENDPOINT,
  });
  if (process.stdout.isTTY) openBrowser(started.url);
  return started;
}

function sentence({ jobId, status, summary, input, playback }: EndedJob, pages?: PlayerPages): string {
  if (status !== "COMPLETE") return `${input.key}: ${status}. ${summary}`;
  return playback === undefined || pages === undefined
    ? `${input.key}: COMPLETE`
    : `${input.key}: COMPLETE. Watch it at ${pages.urlOf(jobId)}`;
}

function introduction({ endpointUrl, rawBucket, jobTable, stack }: LocalPipeline, { url }: Console): string {
  const aws = `aws --endpoint-url ${endpointUrl} --region ${stack.homeRegion}`;
  const processor = stack.output("ProcessingLambdaArn").split(":").at(-1);
  return `The pipeline is up at ${endpointUrl}. Ctrl-C stops it. Its console has a token in its URL:

  ${url}

Any credentials work (AWS CLI version 2):

  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  ${aws} s3 cp video.mp4 s3://${rawBucket}/
  ${aws} dynamodb scan --table-name ${jobTable}
  npm run media -- upload video.mp4 --wait --local ${endpointUrl}
  npm run media -- why video.mp4 --local ${endpointUrl}
  npm run media -- play video.mp4 --local ${endpointUrl}
  ${aws} logs tail /aws/lambda/${processor} --follow
`;
}

runCommand(dev);
