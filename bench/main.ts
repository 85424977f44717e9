import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { findFfmpeg, requireWorking } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { readBenchArguments } from "../local/cli/arguments";
import { runCommand, untilStopped } from "../local/cli/run-command";
import { measureFunctions } from "./functions";
import { countCalls, measurePipeline, Pipelines } from "./pipeline";
import { measureSynthesis, synthesizeTo } from "./synthesis";
import { exceeds, markdown, type Row } from "./table";

const RUNS = 5;

/** Measures what docs/performance.md lists, and prints it as Markdown. */
async function bench(environment: NodeJS.ProcessEnv): Promise<number> {
  const { quick = false } = readBenchArguments(process.argv.slice(2));
  const tools = requireWorking(findFfmpeg(environment));
  const directory = await mkdtemp(join(tmpdir(), "media-pipeline-bench-"));
  const stackDirectory = await synthesizeTo(directory);
  const pipelines = new Pipelines(stackDirectory, directory, tools);

  const measure = async () => {
    console.log(`${new Date().toISOString().slice(0, 10)}, ${machine()}\n`);
    const rows = [
      ...(await measureSynthesis(directory, RUNS)),
      ...(await measureFunctions(directory, stackDirectory, RUNS)),
      ...callRows(await countCalls(pipelines, directory)),
    ];
    console.log(markdown(rows));
    const isSound = quick || (await measurePipeline(pipelines, directory, tools));
    return isSound && !rows.some(exceeds) ? 0 : 1;
  };
  return untilStopped(measure, async () => {
    await pipelines.stop();
    await rm(directory, { recursive: true });
  });
}

/** media-processor: put, head, probe (which reads the object too), update, create, update. */
const CALL_LIMITS = { "media-processor": 7, "status-updater": 4 };

/** The updater has two events: one that reports progress, and the end. */
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

runCommand(bench);
