import { accessSync, constants, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { type Faults, FaultsError, parseFaults } from "./faults";

const PROJECT = resolve(__dirname, "..");

/** Where the pipeline comes from, where it keeps things, where it answers. */
export interface PipelineArguments {
  readonly stackDirectory: string;
  readonly dataDirectory: string;
  /** 0 for any free port. */
  readonly port: number;
  /** What goes wrong on purpose; undefined if nothing is to. */
  readonly faults: Faults | undefined;
  /** Stand-in outputs instead of encoded ones. */
  readonly instant: boolean;
  /** Whether each ffmpeg command line is printed, on standard error. */
  readonly verbose: boolean;
  /** The text to print instead of doing anything. */
  readonly help: string | undefined;
}

/** What `npm start` was asked for. */
export interface Arguments extends PipelineArguments {
  /** Absolute paths of the videos; empty for the sample. */
  readonly files: readonly string[];
  /** One JSON document on standard output, and nothing else there. */
  readonly json: boolean;
}

/** The command line can't be carried out; nothing was started. */
export class UsageError extends Error {
  readonly code = "USAGE";
  override readonly name = "UsageError";
}

const PIPELINE_OPTIONS = {
  help: { type: "boolean", default: false },
  instant: { type: "boolean", default: false },
  verbose: { type: "boolean", default: false },
  faults: { type: "string" },
  port: { type: "string" },
  stack: { type: "string" },
  data: { type: "string" },
} as const;

const PIPELINE_USAGE = `  --verbose      print each ffmpeg command line, on standard error
  --instant      encode nothing: tiny, marked stand-ins for load tests
  --faults LIST  let things go wrong, e.g. throttleFirst=3,duplicateEvents=0.5,seed=7 (docs/local.md)
  --stack DIR    the synthesized stack (default: cdktf.out/stacks/media-pipeline)
  --data DIR     where uploads, outputs and jobs are kept (default: .local-pipeline)
  --help         this text`;

const USAGE = `Usage: npm start [-- [options] FILE…]

Runs each video through the pipeline on this machine; without a FILE, a sample that it makes itself.

  --json         print one JSON document with the finished jobs (use npm start --silent)
  --port N       port of the local endpoint, on loopback (default: any free one)
${PIPELINE_USAGE}

Exit status: 0 if every job is COMPLETE, 1 if one isn't, 2 if the command line can't be carried out.`;

const DEV_USAGE = `Usage: npm run dev [-- options]

Keeps the pipeline up on this machine until it is interrupted.

  --port N       port of the endpoint, on loopback (default: 4566; 0 for any free one)
${PIPELINE_USAGE}`;

/**
 * Reads the command line of `npm start`.
 *
 * @param workingDirectory what relative paths are relative to
 * @throws {UsageError} naming the argument, what is wrong with it and what is allowed
 */
export function readArguments(commandLine: readonly string[], workingDirectory: string): Arguments {
  const { values, positionals } = parsed(USAGE, {
    args: [...commandLine],
    allowPositionals: true,
    options: { ...PIPELINE_OPTIONS, json: { type: "boolean", default: false } },
  });
  requireValue("FILE", ...positionals);
  const files = positionals.map((file) => resolve(workingDirectory, file));
  if (!values.help) {
    for (const file of files) requireReadable(file);
    requireDistinctNames(files);
  }
  return { ...pipelineArguments(values, workingDirectory, USAGE, "0"), files, json: values.json };
}

/** Reads the command line of `npm run dev`; see {@link readArguments}. */
export function readDevArguments(
  commandLine: readonly string[],
  workingDirectory: string,
): PipelineArguments {
  const { values } = parsed(DEV_USAGE, { args: [...commandLine], options: PIPELINE_OPTIONS });
  return pipelineArguments(values, workingDirectory, DEV_USAGE, "4566");
}

interface PipelineValues {
  readonly help: boolean;
  readonly instant: boolean;
  readonly verbose: boolean;
  readonly faults?: string;
  readonly port?: string;
  readonly stack?: string;
  readonly data?: string;
}

function pipelineArguments(
  values: PipelineValues,
  workingDirectory: string,
  usage: string,
  defaultPort: string,
): PipelineArguments {
  requireValue("--stack", values.stack);
  requireValue("--data", values.data);
  const given = (path: string | undefined) =>
    path === undefined ? undefined : resolve(workingDirectory, path);
  return {
    stackDirectory: given(values.stack) ?? resolve(PROJECT, "cdktf.out/stacks/media-pipeline"),
    dataDirectory: given(values.data) ?? resolve(PROJECT, ".local-pipeline"),
    port: readPort(values.port ?? defaultPort),
    faults: values.faults === undefined ? undefined : readFaults(values.faults),
    instant: values.instant,
    verbose: values.verbose,
    help: values.help ? usage : undefined,
  };
}

function parsed<Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function readFaults(list: string): Faults {
  try {
    return parseFaults(list);
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    throw new UsageError(`--faults: ${error.message}`);
  }
}

/** An empty value is a variable of the shell that wasn't set, and never what was meant. */
function requireValue(what: string, ...values: readonly (string | undefined)[]): void {
  if (values.includes("")) throw new UsageError(`${what} is empty. Name a path, or leave it out.`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    throw new UsageError(
      `--port '${text}' is no port: use a whole number from 0 to 65535, 0 for any free one.`,
    );
  }
  return port;
}

function requireReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "ENOENT"
        ? `There is no file ${file}. Check the path.`
        : `${file} can't be read (${code}). Check its rights.`,
    );
  }
  if (!statSync(file).isFile()) throw new UsageError(`${file} is no file. Name video files, one by one.`);
}

/** Each file becomes the object of its name, so two of one name would be two versions of one object. */
function requireDistinctNames(files: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const file of files) {
    const other = seen.get(basename(file));
    if (other === file) throw new UsageError(`${file} is named twice. Name it once.`);
    if (other !== undefined) {
      throw new UsageError(
        `${other} and ${file} have the same name. Rename one, or run them one after the other.`,
      );
    }
    seen.set(basename(file), file);
  }
}
