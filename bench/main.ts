import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { findFfmpeg, requireWorking } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { readBenchArguments } from "../local/cli/arguments";
import { runCommand, untilStopped } from "../local/cli/run-command";
import { measureFirstPicture } from "./first-picture";
import { measureFunctions } from "./functions";
import { measureGrowth } from "./growth";
import { measureLoad } from "./load";
import { countPackages } from "./packages";
import { countCalls, Pipelines } from "./pipeline";
import { measureStart } from "./start";
import { measureSynthesis, synthesizeTo } from "./synthesis";
import { exceeds, markdown, type Row } from "./table";
import { measureTranscode } from "./transcode";
import { measureWarmFunctions } from "./warm";

const RUNS = 5;
const DOCUMENT = resolve(__dirname, "../docs/performance.md");

/** Measures what docs/performance.md lists, and prints it as Markdown. */
async function bench(environment: NodeJS.ProcessEnv): Promise<number> {
  const { quick = false, write = false, uploads, rows: sizes } = readBenchArguments(process.argv.slice(2));
  const tools = requireWorking(findFfmpeg(environment));
  const directory = await mkdtemp(join(tmpdir(), "media-pipeline-bench-"));
  const stackDirectory = await synthesizeTo(directory);
  const pipelines = new Pipelines(stackDirectory, directory, tools);

  const quickStages = {
    synthesis: () => measureSynthesis(directory, RUNS),
    functions: () => measureFunctions(directory, stackDirectory, RUNS),
    calls: async () => callRows(await countCalls(pipelines, directory)),
    packages: countPackages,
  };
  const slowStages = {
    "warm functions": () => measureWarmFunctions(stackDirectory),
    "npm start": () => measureStart(directory),
    transcode: () => measureTranscode(pipelines, directory, tools),
    "first picture": () => measureFirstPicture(pipelines, directory, tools),
    growth: () => measureGrowth(directory, stackDirectory, sizes),
    load: () => measureLoad(pipelines, directory, uploads),
  };

  const measure = async () => {
    const rows: Row[] = [];
    for (const [name, stage] of Object.entries({ ...quickStages, ...(!quick && slowStages) })) {
      console.error(`${name}…`);
      rows.push(...(await stage()));
    }
    const report = `${new Date().toISOString().slice(0, 10)}, ${machine()}\n\n${markdown(rows)}`;
    console.log(report);
    if (write) await writeReport(report);
    return rows.some(exceeds) ? 1 : 0;
  };
  return untilStopped(measure, async () => {
    await pipelines.stop();
    await rm(directory, { recursive: true });
  });
}

/** docs/performance.md gives the reason for each call. */
const CALL_LIMITS = { "media-processor": 9, "status-updater": 9 };

function callRows(calls: Readonly<Record<string, number>>): Row[] {
  return Object.entries(CALL_LIMITS).map(([name, limit]) => {
    const [, count = 0] = Object.entries(calls).find(([session]) => session.startsWith(name)) ?? [];
    return { what: `${name}, calls that IAM judges for a video`, value: count, limit };
  });
}

function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`;
}

/** Replaces what the document has between its two comments. */
async function writeReport(report: string): Promise<void> {
  const [before, , after] = (await readFile(DOCUMENT, "utf8")).split(
    /(?<=<!-- measured -->\n)|(?=<!-- \/measured -->)/,
  );
  await writeFile(DOCUMENT, [before, report, "\n", after].join(""));
}

runCommand(bench);
