import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { isTerminal, type Job } from "../../lambdas/jobs/job";
import { jobIdOf } from "../../lambdas/jobs/job-id";
import type { Deployment } from "../deployment";
import { Jobs } from "../jobs";
import { OperatorError } from "../operator-error";
import { printable } from "../printable";
import { uploadFile } from "../upload";
import { addVerb, type CommonOptions, deploymentOf, print, printJson } from "./verb";

interface UploadArguments extends CommonOptions {
  readonly key?: string;
  readonly wait?: boolean;
}

interface Uploaded {
  readonly file: string;
  readonly key: string;
  readonly jobId: string;
  /** null without --wait. */
  readonly job: Job | null;
}

const POLL_MS = 1000;
/** An event takes seconds from S3 to the row. */
const ROW_PATIENCE_MS = 120_000;

export function addUpload(program: Command): void {
  addVerb(
    program,
    "upload <FILE...>",
    "Uploads videos to the pipeline. An interrupted upload continues where it stopped.",
    ["film.mp4", "film.mp4 --key 2026/film.mp4 --wait", "*.mp4 --wait --json"],
  )
    .option("--key <KEY>", "key of the object; by default the file's name")
    .option("--wait", "wait for the end of the jobs; exit with 1 if one isn't COMPLETE")
    .action(async (files: string[], given: UploadArguments) => {
      const { key, wait, json, quiet } = given;
      if (key !== undefined && files.length > 1) throw new OperatorError("--key needs exactly one FILE.");
      const paths = files.map((file) => resolve(process.env.INIT_CWD ?? process.cwd(), file));
      // Before anything is uploaded, and costs money.
      for (const path of paths) await requireFile(path);
      const deployment = await deploymentOf(given);
      const uploaded: Uploaded[] = [];
      for (const path of paths) {
        const target = key ?? basename(path);
        const version = await uploadFile(deployment, path, target, progressOf(target, quiet || json));
        uploaded.push({ file: path, key: target, jobId: jobIdOf(version), job: null });
      }
      const ended = wait ? await Promise.all(uploaded.map((one) => follow(deployment, one))) : uploaded;
      if (json) printJson(ended);
      else print(ended.map((one) => lineOf(one, quiet)).join("\n"));
      if (wait && ended.some(({ job }) => job?.status !== "COMPLETE")) process.exitCode = 1;
    });
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new OperatorError(`${path} doesn't exist. Nothing was uploaded.`);
  if (!found.isFile()) throw new OperatorError(`${path} is not a file. Nothing was uploaded.`);
}

function lineOf({ key, jobId, job }: Uploaded, quiet = false): string {
  if (quiet) return jobId;
  const error = job?.error === undefined ? "" : `: ${job.error.code}, ${job.error.message}`;
  return printable(`${key}: ${job === null ? "uploaded" : job.status}, job ${jobId}${error}`);
}

/** Redraws one line on a terminal. */
function progressOf(key: string, silent = false): (bytes: number) => void {
  if (silent || !process.stderr.isTTY) return () => {};
  return (bytes) => process.stderr.write(`\r${printable(key)}: ${(bytes / 1e6).toFixed(0)} MB\x1b[K`);
}

async function follow(deployment: Deployment, uploaded: Uploaded): Promise<Uploaded> {
  const { repository } = new Jobs(deployment);
  const began = Date.now();
  for (;;) {
    const job = await repository.find(uploaded.jobId);
    if (job !== undefined && isTerminal(job.status)) return { ...uploaded, job };
    if (job === undefined && Date.now() - began > ROW_PATIENCE_MS) {
      throw new OperatorError(
        `${uploaded.key} has become no job. npm run media -- why ${deployment.selector} '${uploaded.key}' says why.`,
      );
    }
    await sleep(POLL_MS);
  }
}
