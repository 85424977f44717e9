import type { Command } from "commander";
import { examine, reportOf } from "../doctor/doctor";
import { readPlannedDeployment } from "../doctor/planned-deployment";
import { print, printJson } from "./verb";

/** It reads the synthesized stack, because nothing may be deployed yet. */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("Checks whether the account is ready for the synthesized pipeline, and says what to do.")
    .option("--stack <DIRECTORY>", "the pipeline's synthesized stack", "cdktf.out/stacks/media-pipeline")
    .option("--json", "print one JSON document")
    .exitOverride()
    .action(async ({ stack, json }: { readonly stack: string; readonly json?: boolean }) => {
      const findings = await examine(readPlannedDeployment(stack));
      if (json) printJson(findings);
      else print(reportOf(findings));
      if (findings.some(({ verdict }) => verdict === "fix")) process.exitCode = 1;
    });
}
