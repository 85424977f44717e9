import { type Command, Option } from "commander";
import type { Names } from "../../constructs/naming";
import { atLeast, describeLine, LEVELS, type LogLevel, type LogLine, logLines } from "../function-logs";
import { textTable } from "../text-table";
import { addVerb, type CommonOptions, columns, deploymentOf, print, printJson, readDuration } from "./verb";

interface LogsArguments extends CommonOptions {
  /** Seconds. */
  readonly since: number;
  readonly level: LogLevel;
  readonly containing: string;
}

const FUNCTIONS: Readonly<Record<string, keyof Names["functions"]>> = {
  "media-processor": "processor",
  "status-updater": "statusUpdater",
  "job-sweeper": "sweeper",
};

export function addLogs(program: Command): void {
  addVerb(program, "logs", "Prints what the functions logged, oldest first.", [
    "",
    "media-processor --level ERROR --since 1h",
    "--containing film.mp4 --json",
  ])
    .addArgument(program.createArgument("[FUNCTION]", "by default all").choices(Object.keys(FUNCTIONS)))
    .option("--since <TIME>", "logged within this time: s, m, h or d", readDuration, 3600)
    .addOption(new Option("--level <LEVEL>", "at least as severe").choices(LEVELS).default("INFO"))
    .option("--containing <TEXT>", "only lines with this text", "")
    .action(async (only: string | undefined, given: LogsArguments) => {
      const deployment = await deploymentOf(given);
      const own = only === undefined ? undefined : FUNCTIONS[only];
      const functions = own === undefined ? undefined : [deployment.names.functions[own]];
      const since = Date.now() - given.since * 1000;
      const lines = await logLines(deployment, { text: given.containing, since, functions });
      const shown = lines.filter(atLeast(given.level));
      if (given.json) printJson(shown);
      else print(shown.length === 0 ? "No lines." : tableOf(shown));
    });
}

function tableOf(lines: readonly LogLine[]): string {
  const rows = lines.map((line) => [new Date(line.at).toISOString(), line.functionName, describeLine(line)]);
  return textTable([["TIME", "FUNCTION", "LINE"], ...rows], columns());
}
