import type { JobReport } from "../../../local/cli/report";
import { type Outcome, runScript } from "../commands";

/** Runs the local pipeline of a stack, as `npm start` does. */
export function runStack(stack: string, ...commandLine: string[]): Promise<Outcome> {
  return runScript("local/cli/start.ts", ["--stack", stack, "--data", `${stack}-data`, ...commandLine]);
}

/** The jobs that a run with `--json` printed. */
export function jobsIn({ stdout }: Outcome): JobReport[] {
  return JSON.parse(stdout).jobs;
}
