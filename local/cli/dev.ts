import { once } from "node:events";
import { join } from "node:path";
import { type FfmpegTools, findFfmpeg, requireWorking } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { type Console, startConsole } from "../../operator/console/start-console";
import { localDeployment } from "../../operator/local-deployment";
import { openBrowser } from "../../operator/open-browser";
import { printable } from "../../operator/printable";
import { describeFaults, type Faults, parseFaults } from "../faults";
import type { LocalPipeline } from "../pipeline";
import { openLocally } from "../player/local-playback";
import { PlayerPages } from "../player/player-pages";
import {
  CONSOLE_ABOVE_ENDPOINT,
  PAGES_ABOVE_ENDPOINT,
  type PipelineArguments,
  readDevArguments,
} from "./arguments";
import { startAskedPipeline, stopPipeline } from "./asked-pipeline";
import { CodeReload } from "./code-reload";
import { type EndedJob, followEndedJobs } from "./ended-jobs";
import { followLogs } from "./followed-logs";
import { HotKeys } from "./hot-keys";
import { runCommand, STOP_SIGNALS } from "./run-command";
import { makeSampleClip } from "./sample-clip";
import { synthesizeInto } from "./synthesis";

/** Keeps the local pipeline running until it is interrupted. */
async function dev(environment: NodeJS.ProcessEnv): Promise<number> {
  const given = readDevArguments(process.argv.slice(2), environment.INIT_CWD ?? process.cwd());
  const tools = await requireWorking(findFfmpeg(environment));
  const interrupted = Promise.race(STOP_SIGNALS.map((signal) => once(process, signal)));
  const session = await DevSession.start(given, tools, environment);
  const keys = hotKeys(session, tools);
  await Promise.race([interrupted, session.failed]);
  keys?.stop();
  await session.stop();
  return 0;
}

/** The keys that a person may press; undefined unless there is a terminal. */
function hotKeys(session: DevSession, tools: FfmpegTools): HotKeys | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const interrupt = () => void process.kill(process.pid, "SIGINT");
  const askForFaults = async () => {
    const list = await keys.ask("Faults, such as throttleFirst=3,seed=7; none to switch them off: ");
    session.switchFaults(parseFaults(list.trim()));
  };
  const keys = new HotKeys(
    process.stdin,
    [
      { key: "o", effect: "console", run: () => openBrowser(session.consoleUrl) },
      { key: "u", effect: "upload a sample", run: () => session.uploadSample(tools) },
      { key: "f", effect: "faults", run: askForFaults },
      { key: "l", effect: "logs", run: () => session.toggleLogs() },
      { key: "r", effect: "restart after a change", run: () => session.restart() },
      { key: "q", effect: "quit", run: interrupt },
    ],
    interrupt,
  );
  console.log(keys.list);
  return keys;
}

/** What `npm run dev` has started. A restart replaces it. */
interface Running {
  readonly pipeline: LocalPipeline;
  readonly pages: PlayerPages | undefined;
  /** Undefined for a stack that was synthesized before. */
  readonly reload: CodeReload | undefined;
  readonly following: Promise<void>;
  readonly stopping: AbortController;
}

class DevSession {
  private logs: AbortController | undefined;
  private fail: (error: unknown) => void = () => {};
  /** Rejects if the notifications can't be read any more. */
  readonly failed = new Promise<never>((_, fail) => {
    this.fail = fail;
  });

  private constructor(
    private readonly given: PipelineArguments,
    private readonly tools: FfmpegTools,
    private readonly settings: NodeJS.ProcessEnv,
    private running: Running,
    private readonly operatorConsole: Console,
  ) {
    this.watchFollowing();
  }

  static async start(
    given: PipelineArguments,
    tools: FfmpegTools,
    settings: NodeJS.ProcessEnv,
  ): Promise<DevSession> {
    const running = await start(given, tools, settings);
    const operatorConsole = await serveConsole(running.pipeline, given.port);
    console.log(introduction(running.pipeline, operatorConsole));
    if (process.stdout.isTTY) openBrowser(operatorConsole.url);
    return new DevSession(given, tools, settings, running, operatorConsole);
  }

  get consoleUrl(): string {
    return this.operatorConsole.url;
  }

  switchFaults(faults: Faults): void {
    const switches = this.running.pipeline.faults;
    switches.switch(faults);
    console.log(switches.isOn ? `Faults are on: --faults ${describeFaults(faults)}` : "Faults are off.");
  }

  async uploadSample(tools: FfmpegTools): Promise<void> {
    const file = join(this.given.dataDirectory, "sample", "sample.mp4");
    await makeSampleClip(file, tools);
    // A key of its own, so that no other upload is superseded.
    const key = `sample-${new Date().toISOString().slice(11, 19).replaceAll(":", "")}.mp4`;
    await this.running.pipeline.upload(key, file);
    console.log(`${key}: uploaded`);
  }

  async toggleLogs(): Promise<void> {
    if (this.logs !== undefined) {
      this.logs.abort();
      this.logs = undefined;
      return console.log("Logs are off.");
    }
    this.logs = new AbortController();
    console.log("Logs are on.");
    const deployment = await localDeployment(this.running.pipeline.endpointUrl);
    void followLogs(deployment, (line) => console.log(line), this.logs.signal).catch(this.fail);
  }

  /** Synthesizes first, so that a stack that can't be built stops nothing. */
  async restart(): Promise<void> {
    console.log("Restarting…");
    const { faults } = this.running.pipeline;
    const { stackDirectory, dataDirectory } = this.given;
    if (stackDirectory === undefined)
      await synthesizeInto(dataDirectory, this.settings, { folder: "cdktf.next" });
    await this.stopRunning();
    const given = { ...this.given, faults: faults.isOn ? faults.current : undefined };
    this.running = await start(given, this.tools, this.settings);
    const { pipeline } = this.running;
    this.operatorConsole.show(await localDeployment(pipeline.endpointUrl));
    console.log(introduction(pipeline, this.operatorConsole));
    this.watchFollowing();
  }

  async stop(): Promise<void> {
    // It asks the pipeline.
    await this.operatorConsole.close();
    await this.stopRunning();
  }

  private async stopRunning(): Promise<void> {
    const { pipeline, pages, reload, following, stopping } = this.running;
    this.logs?.abort();
    this.logs = undefined;
    await reload?.stop();
    stopping.abort();
    await following;
    await pages?.stop();
    await stopPipeline(pipeline);
  }

  private watchFollowing(): void {
    this.running.following.catch(this.fail);
  }
}

async function start(
  given: PipelineArguments,
  tools: FfmpegTools,
  settings: NodeJS.ProcessEnv,
): Promise<Running> {
  const { port, stackDirectory, dataDirectory } = given;
  const pipeline = await startAskedPipeline(given, tools, settings, ({ source, message }) =>
    console.error(printable(`${source}: ${message}`)),
  );
  const pages = await startPages(pipeline, port);
  if (pages !== undefined) pipeline.pages.origin = pages.origin;
  const stopping = new AbortController();
  const announce = (job: EndedJob) => console.log(printable(sentence(job, pages)));
  const following = followEndedJobs(pipeline.notifications, announce, stopping.signal);
  const print = (sentence: string) => console.log(sentence);
  const reload =
    stackDirectory === undefined ? new CodeReload(pipeline, dataDirectory, settings, print) : undefined;
  return { pipeline, pages, reload, following, stopping };
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

/** Serves the operator's console, three ports above the endpoint. */
async function serveConsole({ endpointUrl }: LocalPipeline, port: number): Promise<Console> {
  return startConsole({
    deployment: await localDeployment(endpointUrl),
    port: port === 0 ? 0 : port + CONSOLE_ABOVE_ENDPOINT,
  });
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
