import type { Command } from "commander";
import { examineDeployment, examinePlan, reportOf } from "../doctor/doctor";
import { readPlannedDeployment } from "../doctor/planned-deployment";
import { addVerb, type CommonOptions, deploymentOf, print, printJson } from "./verb";

interface DoctorOptions extends CommonOptions {
  readonly stack: string;
}

/** Without --env and --local it reads the synthesized stack, because nothing may be deployed yet. */
export function addDoctor(program: Command): void {
  const verb = addVerb(
    program,
    "doctor",
    "Checks a deployed environment, the local pipeline or, without --env and --local, whether the account is ready for the synthesized pipeline; and says what to do.",
    ["", "--env prod", "--env prod --json", "--local"],
  );
  const environment = verb.options.find(({ long }) => long === "--env");
  environment?.default(environment.defaultValue, "none, but the synthesized stack");
  verb
    .option(
      "--stack <DIRECTORY>",
      "the synthesized stack to check before a deployment",
      "cdktf.out/stacks/media-pipeline",
    )
    .addHelpText(
      "after",
      "\nExit status: 0 nothing to fix; 1 something to fix; 2 the command failed. What couldn't be checked is 'unknown', and doesn't change it.",
    )
    .action(async ({ stack, json, quiet, ...given }: DoctorOptions, command: Command) => {
      const isPlan = command.getOptionValueSource("env") !== "cli" && given.local === undefined;
      const findings = isPlan
        ? await examinePlan(readPlannedDeployment(stack))
        : await examineDeployment(await deploymentOf(given));
      const toFix = findings.filter(({ verdict }) => verdict === "fix");
      if (json) printJson(findings);
      else if (!quiet) print(reportOf(findings));
      else if (toFix.length > 0) print(reportOf(toFix));
      if (toFix.length > 0) process.exitCode = 1;
    });
}
