import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { inspect } from "node:util";
import { type FfmpegTools, findFfmpeg, requireWorking } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { type BenchArguments, readBenchArguments } from "../local/cli/arguments";
import { runCommand, untilStopped } from "../local/cli/run-command";
import { measureFirstPicture } from "./first-picture";
import { measureFunctions } from "./functions";
import { measureGrowth } from "./growth";
import { measureInstall } from "./install";
import { measureLoad } from "./load";
import { countPackages } from "./packages";
import { countCalls, Pipelines } from "./pipeline";
import { withRows } from "./report";
import { measureStart } from "./start";
import { measureSynthesis, synthesizeTo } from "./synthesis";
import { exceeds, HEAD, lineOf, type Row, table } from "./table";
import { measureTranscode } from "./transcode";
import { measureWarmFunctions } from "./warm";

const RUNS = 5;
const DOCUMENT = resolve(__dirname, "../docs/performance.md");

interface Run {
  readonly directory: string;
  readonly stackDirectory: string;
  readonly pipelines: Pipelines;
  readonly tools: FfmpegTools;
  readonly options: BenchArguments;
}
type Stages = Readonly<Record<string, (run: Run) => Promise<Row[]>>>;

const QUICK_STAGES: Stages = {
  synthesis: ({ directory }) => measureSynthesis(directory, RUNS),
  functions: ({ directory, stackDirectory }) => measureFunctions(directory, stackDirectory, 3 * RUNS),
  calls: async ({ pipelines, directory }) => callRows(await countCalls(pipelines, directory)),
  packages: countPackages,
  "warm functions": ({ stackDirectory }) => measureWarmFunctions(stackDirectory),
};
const SLOW_STAGES: Stages = {
  "npm start": ({ directory }) => measureStart(directory),
  transcode: ({ pipelines, directory, tools }) => measureTranscode(pipelines, directory, tools),
  "first picture": ({ pipelines, directory, tools }) => measureFirstPicture(pipelines, directory, tools),
  growth: ({ directory, stackDirectory, options }) => measureGrowth(directory, stackDirectory, options.rows),
  install: ({ directory }) => measureInstall(directory),
  load: ({ pipelines, directory, options }) => measureLoad(pipelines, directory, options.uploads),
};
const STAGES = { ...QUICK_STAGES, ...SLOW_STAGES };

/** Measures what docs/performance.md lists, and prints it as Markdown. */
async function bench(environment: NodeJS.ProcessEnv): Promise<number> {
  const options = readBenchArguments(process.argv.slice(2), Object.keys(STAGES));
  const { quick = false, write = false, only } = options;
  const tools = await requireWorking(findFfmpeg(environment));
  const directory = await mkdtemp(join(tmpdir(), "media-pipeline-bench-"));
  const stackDirectory = await synthesizeTo(directory);
  const pipelines = new Pipelines(stackDirectory, directory, tools);
  const run: Run = { directory, stackDirectory, pipelines, tools, options };

  const measure = async () => {
    const chosen = Object.entries(quick ? QUICK_STAGES : STAGES).filter(
      ([name]) => only === undefined || name === only,
    );
    const rows: Row[] = [];
    let failed = false;
    for (const [index, [name, stage]] of chosen.entries()) {
      console.error(`${index + 1}/${chosen.length} ${name}…`);
      const began = performance.now();
      try {
        // A machine's absolute times say nothing about a change.
        const measured = (await stage(run)).filter(({ unit }) => !quick || unit === undefined);
        rows.push(...measured);
        if (write) await writeRows(measured);
      } catch (error) {
        failed = true;
        console.error(`${name} failed: ${inspect(error)}`);
        await pipelines.stop();
      }
      console.error(`  ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
    console.log(`${today()}, ${machine()}\n\n${table(HEAD, rows.map(lineOf))}`);
    const worse = rows.filter(exceeds);
    for (const { what } of worse) console.error(`Beyond its limit: ${what}`);
    return failed || worse.length > 0 ? 1 : 0;
  };
  return untilStopped(measure, async () => {
    await pipelines.stop();
    await rm(directory, { recursive: true });
  });
}

/** docs/performance.md gives the reason for each call. */
const CALL_LIMITS = { "media-processor": 8, "status-updater": 9 };

function callRows(calls: Readonly<Record<string, number>>): Row[] {
  return Object.entries(CALL_LIMITS).map(([name, limit]) => {
    const counts = Object.entries(calls).map(([session, count]) => (session.startsWith(name) ? count : 0));
    const count = counts.reduce((sum, one) => sum + one);
    return { what: `${name}, calls that IAM judges for a video`, value: count, limit };
  });
}

function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`;
}

/** After each stage, so that a run that is stopped keeps what it has measured. */
async function writeRows(rows: readonly Row[]): Promise<void> {
  const document = await readFile(DOCUMENT, "utf8");
  await writeFile(DOCUMENT, withRows(document, rows, machine(), today()));
}

const today = () => new Date().toISOString().slice(0, 10);

runCommand(bench);
