import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { isTerminal, type Job } from "../../lambdas/jobs/job";
import { jobIdOf } from "../../lambdas/jobs/job-id";
import { uploadKindOf } from "../../lambdas/media-processor/upload-kind";
import { companionsFirst } from "../companions-first";
import type { Deployment } from "../deployment";
import { errorPage } from "../error-page";
import { Jobs } from "../jobs";
import { OperatorError } from "../operator-error";
import { printable } from "../printable";
import { settingsOf } from "../settings";
import { uploadFile } from "../upload";
import { addVerb, type CommonOptions, deploymentOf, print, printJson } from "./verb";

interface UploadArguments extends CommonOptions {
  readonly key?: string;
  readonly wait?: boolean;
}

interface Uploaded {
  readonly file: string;
  readonly key: string;
  /** null for a file that accompanies a video and starts no job. */
  readonly jobId: string | null;
  /** null without --wait, and without a job. */
  readonly job: Job | null;
}

const POLL_MS = 1000;
/** An event takes seconds from S3 to the row. */
const ROW_PATIENCE_MS = 120_000;

export function addUpload(program: Command): void {
  addVerb(
    program,
    "upload <FILE...>",
    "Uploads videos to the pipeline, and their captions before them. An interrupted upload continues where it stopped.",
    ["film.mp4", "film.mp4 film.ja.vtt", "film.mp4 --key 2026/film.mp4 --wait", "*.mp4 --wait --json"],
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
      const keyOf = (path: string) => key ?? basename(path);
      const { sourceSuffixes } = await settingsOf(deployment);
      for (const path of paths) requireUse(keyOf(path), sourceSuffixes);
      const uploaded: Uploaded[] = [];
      for (const path of companionsFirst(paths, keyOf)) {
        const target = keyOf(path);
        const version = await uploadFile(deployment, path, target, progressOf(target, quiet || json));
        const jobId = uploadKindOf(target, sourceSuffixes) === "source" ? jobIdOf(version) : null;
        uploaded.push({ file: path, key: target, jobId, job: null });
      }
      const ended = wait ? await Promise.all(uploaded.map((one) => follow(deployment, one))) : uploaded;
      if (json) printJson(ended);
      else print(ended.map((one) => lineOf(one, quiet)).join("\n"));
      if (wait && ended.some(({ jobId, job }) => jobId !== null && job?.status !== "COMPLETE"))
        process.exitCode = 1;
    });
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new OperatorError(`${path} doesn't exist. Nothing was uploaded.`);
  if (!found.isFile()) throw new OperatorError(`${path} is not a file. Nothing was uploaded.`);
}

/** @throws {OperatorError} if the pipeline would ignore an upload with this key */
function requireUse(key: string, sourceSuffixes: readonly string[]): void {
  if (uploadKindOf(key, sourceSuffixes) !== "ignored") return;
  throw new OperatorError(
    `The key "${key}" would start no job: the pipeline accepts keys that end in ${sourceSuffixes.join(", ")}. Nothing was uploaded. ` +
      "Give another --key, or deploy the pipeline with its ending in SOURCE_SUFFIXES.",
  );
}

function lineOf({ key, jobId, job }: Uploaded, quiet = false): string {
  if (jobId === null)
    return printable(quiet ? "" : `${key}: uploaded. It accompanies a video and starts no job.`);
  if (quiet) return jobId;
  const error =
    job?.error === undefined
      ? ""
      : `: ${job.error.code}, ${job.error.message} (${errorPage(job.error.code)})`;
  return printable(`${key}: ${job === null ? "uploaded" : job.status}, job ${jobId}${error}`);
}

/** Redraws one line on a terminal. */
function progressOf(key: string, silent = false): (bytes: number) => void {
  if (silent || !process.stderr.isTTY) return () => {};
  return (bytes) => process.stderr.write(`\r${printable(key)}: ${(bytes / 1e6).toFixed(0)} MB\x1b[K`);
}

async function follow(deployment: Deployment, uploaded: Uploaded): Promise<Uploaded> {
  const { jobId } = uploaded;
  if (jobId === null) return uploaded;
  const { repository } = new Jobs(deployment);
  const began = Date.now();
  for (;;) {
    const job = await repository.find(jobId);
    if (job !== undefined && isTerminal(job.status)) return { ...uploaded, job };
    if (job === undefined && Date.now() - began > ROW_PATIENCE_MS) {
      throw new OperatorError(
        `${uploaded.key} has become no job. npm run media -- why ${deployment.selector} '${uploaded.key}' says why.`,
      );
    }
    await sleep(POLL_MS);
  }
}
