import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ENCODINGS, type Encoding } from "../../lambdas/captions/caption-text";
import { type CaptionTrack, languageOf, trackId } from "../../lambdas/captions/caption-track";
import type { Job } from "../../lambdas/jobs/job";
import { webVttOfFile } from "../caption-file";
import { CaptionEditor } from "../captions";
import { Jobs } from "../jobs";
import { textTable } from "../text-table";
import {
  addVerb,
  type CommonOptions,
  type ConfirmedOptions,
  columns,
  confirm,
  deploymentOf,
  print,
  printJson,
} from "./verb";

interface TrackArguments extends CommonOptions {
  readonly language: string;
  readonly sdh?: true;
  readonly forced?: true;
  readonly encoding?: Encoding;
}

export function addCaptions(program: Command): void {
  const verb = program
    .command("captions")
    .description("Lists the captions of a finished job, adds and removes some, without MediaConvert.")
    .exitOverride();

  withTrack(
    addVerb(
      verb,
      "add <JOB|KEY> <FILE>",
      "Adds captions, or replaces those of the same language and kind. FILE is WebVTT, SRT or TTML.",
      ["film.mp4 film.ja.vtt --language ja", "film.mp4 old.srt --language ja --sdh --encoding shift_jis"],
    ),
  )
    .addOption(new Option("--encoding <NAME>", "of FILE, if it isn't UTF-8").choices(ENCODINGS))
    .action(async (idOrKey: string, file: string, given: TrackArguments) => {
      const webVtt = await webVttOfFile(resolve(process.env.INIT_CWD ?? process.cwd(), file), given.encoding);
      const deployment = await deploymentOf(given);
      const [{ jobId }] = await new Jobs(deployment).find(idOrKey);
      report(await new CaptionEditor(deployment).add(jobId, trackOf(given), webVtt), given);
    });

  withTrack(
    addVerb(verb, "remove <JOB|KEY>", "Removes captions from the stream.", [
      "film.mp4 --language ja",
      "0f3c… --language en --sdh --env prod --yes",
    ]),
  )
    .option("--yes", "don't ask")
    .action(async (idOrKey: string, given: TrackArguments & ConfirmedOptions) => {
      const deployment = await deploymentOf(given);
      const [{ jobId, inputFile }] = await new Jobs(deployment).find(idOrKey);
      const track = trackOf(given);
      await confirm(`Viewers of ${inputFile} lose the captions ${trackId(track)}.`, given);
      report(await new CaptionEditor(deployment).remove(jobId, track), given);
    });

  addVerb(verb, "list <JOB|KEY>", "Lists the captions of a job.", ["film.mp4"]).action(
    async (idOrKey: string, given: CommonOptions) => {
      const [job] = await new Jobs(await deploymentOf(given)).find(idOrKey);
      report(job, given);
    },
  );
}

function withTrack(verb: Command): Command {
  return verb
    .requiredOption("--language <TAG>", "BCP 47, such as ja or pt-BR", readLanguage)
    .addOption(new Option("--sdh", "for viewers who don't hear").conflicts("forced"))
    .option("--forced", "shown without being asked for, such as translated signs");
}

function trackOf({ language, sdh, forced }: TrackArguments): CaptionTrack {
  return { language, kind: sdh ? "sdh" : forced ? "forced" : "subtitles" };
}

function readLanguage(tag: string): string {
  const language = languageOf(tag);
  if (language === undefined)
    throw new InvalidArgumentError("Use a language of BCP 47, such as ja or pt-BR.");
  return language;
}

function report({ outputs }: Job, { json, quiet }: CommonOptions): void {
  const captions = outputs?.captions ?? [];
  if (json) printJson(captions);
  else if (quiet) print(captions.map(trackId).join("\n"));
  else if (captions.length === 0) print("No captions.");
  else {
    const rows = captions.map((one) => [one.language, one.kind, one.name, one.file ?? one.playlist]);
    print(textTable([["LANGUAGE", "KIND", "NAME", "FILE"], ...rows], columns()));
  }
}
