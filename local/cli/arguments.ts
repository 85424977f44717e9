import { accessSync, constants, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { printable, shellQuoted } from "../../operator/printable";
import { type Faults, FaultsError, parseFaults } from "../faults";

export const PROJECT = resolve(__dirname, "../..");
const DATA = ".local-pipeline";
const DEFAULT_DATA = resolve(PROJECT, DATA);
/** The default port of `npm run dev`. */
const DEV_PORT = 4566;
/** `npm run dev` serves the endpoint, the distribution, the pages of the jobs and the console on consecutive ports. */
export const PAGES_ABOVE_ENDPOINT = 2;
export const CONSOLE_ABOVE_ENDPOINT = 3;

/** The options of every command that starts the pipeline. */
export interface PipelineArguments {
  /** @default none: the stack is synthesized first */
  readonly stackDirectory?: string;
  readonly dataDirectory: string;
  /** 0 for any free port. */
  readonly port: number;
  /** @default none */
  readonly faults?: Faults;
  /** Writes stand-in outputs instead of encoding. @default false */
  readonly instant?: boolean;
  /** Prints each ffmpeg command line on standard error, and every attribute of the rows. @default false */
  readonly verbose?: boolean;
}

export interface StartArguments extends PipelineArguments {
  /** Absolute paths of the videos; empty for the sample. */
  readonly files: readonly string[];
  /** Prints one JSON document, and nothing else, on standard output. @default false */
  readonly json?: boolean;
}

/**
 * Parses the command line of `npm start`.
 *
 * @param workingDirectory the base of relative paths
 * @throws {CommanderError} after it printed the help, or what is wrong
 */
export function readStartArguments(commandLine: readonly string[], workingDirectory: string): StartArguments {
  const command = pipelineCommand("npm start --", workingDirectory, 0)
    .description("Runs each video through the pipeline on this machine; without a FILE, a generated sample.")
    .argument("[FILE...]", "videos, and captions for them such as film.ja.vtt for film.mp4")
    .option("--json", "print one JSON document with the finished jobs (use npm start --silent)")
    .addHelpText("after", "\nExit status: 0 if every job is COMPLETE, 1 if a job isn't, 2 if nothing ran.")
    .parse(commandLine, { from: "user" });
  if (command.args.includes("")) command.error("error: FILE is empty. Give a path, or leave it out.");
  const files = command.args.map((file) => resolve(workingDirectory, file));
  const [fault] = [...files.map(unreadable), duplicateName(files)].filter((one) => one !== undefined);
  if (fault !== undefined) command.error(`error: ${fault}`);
  return { ...pipelineArguments(command), files, json: command.opts<{ json?: boolean }>().json };
}

/** Parses the command line of `npm run dev`; see {@link readStartArguments}. */
export function readDevArguments(
  commandLine: readonly string[],
  workingDirectory: string,
): PipelineArguments {
  const command = pipelineCommand("npm run dev --", workingDirectory, DEV_PORT)
    .description("Keeps the pipeline running on this machine until you interrupt it.")
    .parse(commandLine, { from: "user" });
  return pipelineArguments(command);
}

export interface BenchArguments {
  /** Ratios, sizes and counts only. @default false */
  readonly quick?: boolean;
  /** Puts the figures into docs/performance.md. @default false */
  readonly write?: boolean;
  /** The one stage to run. @default all */
  readonly only?: string;
  /** Of the load. */
  readonly uploads: number;
  /** The sizes of the growing table, ascending. */
  readonly rows: readonly number[];
}

/**
 * Parses the command line of `npm run bench`; see {@link readStartArguments}.
 *
 * @param stages their names
 */
export function readBenchArguments(
  commandLine: readonly string[],
  stages: readonly string[],
): BenchArguments {
  return localCommand("npm run bench --")
    .description("Measures what docs/performance.md lists, and prints it as Markdown. It takes some minutes.")
    .option("--quick", "ratios and counts only, without the load and the transcode")
    .option("--write", "put the figures into docs/performance.md")
    .addOption(new Option("--only <STAGE>", "measure one stage").choices(stages).conflicts("quick"))
    .option("--uploads <N>", "how many uploads the load has", positive, 2000)
    .option("--rows <N,N…>", "sizes of the growing table", ascending, [1000, 10_000, 100_000])
    .addHelpText("after", "\nExit status: 1 if a figure exceeds its limit, or a stage failed.")
    .parse(commandLine, { from: "user" })
    .opts<BenchArguments>();
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("Use a whole number above 0.");
  return number;
}

function ascending(text: string): number[] {
  const numbers = text.split(",").map(positive);
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? 0)))
    throw new InvalidArgumentError("Use ascending numbers, such as 1000,10000.");
  return numbers;
}

/** How to start `npm run dev` with the data directory, and where its pages then are. */
export function devCommand(dataDirectory: string): {
  readonly command: string;
  readonly pagesOrigin: string;
} {
  return {
    command:
      dataDirectory === DEFAULT_DATA ? "npm run dev" : `npm run dev -- --data ${shellQuoted(dataDirectory)}`,
    pagesOrigin: `http://127.0.0.1:${DEV_PORT + PAGES_ABOVE_ENDPOINT}`,
  };
}

function localCommand(name: string): Command {
  return (
    new Command(name)
      .exitOverride()
      // The message repeats what the user, or a wildcard, gave.
      .configureOutput({ outputError: (text, write) => write(`${printable(text.trimEnd())}\n`) })
      .showHelpAfterError("Add --help for a list of the options.")
      .helpOption("--help", "show this help")
  );
}

function pipelineCommand(name: string, workingDirectory: string, defaultPort: number): Command {
  const path = (value: string) => {
    // The value of a shell variable that isn't set.
    if (value === "") throw new InvalidArgumentError("It is empty. Give a path, or leave the option out.");
    return resolve(workingDirectory, value);
  };
  const directory = (flags: string, description: string) => new Option(flags, description).argParser(path);
  return localCommand(name)
    .option("--verbose", "print each ffmpeg command line on standard error, and every attribute of the rows")
    .option("--instant", "write tiny, marked stand-ins instead of encoding, for load tests")
    .option(
      "--faults <LIST>",
      "inject faults, e.g. throttleFirst=3,duplicateEvents=0.5,seed=7 (docs/local.md)",
      readFaults,
    )
    .option("--port <N>", "port of the endpoint, on loopback; 0 for any free port", readPort, defaultPort)
    .addOption(directory("--stack <DIR>", "a synthesized stack, instead of synthesizing one with delivery"))
    .addOption(
      directory("--data <DIR>", "holds uploads, outputs, jobs and the playback key").default(
        DEFAULT_DATA,
        DATA,
      ),
    );
}

function pipelineArguments(command: Command): PipelineArguments {
  const { stack, data, port, faults, instant, verbose } = command.opts<
    Omit<PipelineArguments, "stackDirectory" | "dataDirectory"> & { stack?: string; data: string }
  >();
  return { stackDirectory: stack, dataDirectory: data, port, faults, instant, verbose };
}

function readFaults(list: string): Faults {
  try {
    return parseFaults(list);
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    throw new InvalidArgumentError(error.message);
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new InvalidArgumentError("Use a whole number from 0 to 65535; 0 for any free port.");
  return port;
}

function unreadable(file: string): string | undefined {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT"
      ? `${file} doesn't exist. Check the path.`
      : `${file} can't be read (${code}). Check its permissions.`;
  }
  return statSync(file).isFile() ? undefined : `${file} is not a file. Name each video file.`;
}

/** A file's name becomes the key of its object, so two files of one name would be versions of one object. */
function duplicateName(files: readonly string[]): string | undefined {
  for (const [index, file] of files.entries()) {
    const other = files.slice(0, index).find((earlier) => basename(earlier) === basename(file));
    if (other === file) return `${file} is named twice. Name it once.`;
    if (other !== undefined)
      return `${other} and ${file} have the same name. Rename one, or run them one after the other.`;
  }
  return undefined;
}
