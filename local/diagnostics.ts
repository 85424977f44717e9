import type { PipelineArguments } from "./arguments";
import { describeFaults } from "./faults";

/** Says on standard error which faults are on, as they would be given again. */
export function announceFaults({ faults }: PipelineArguments): void {
  if (faults !== undefined) console.error(`Faults are on: --faults ${describeFaults(faults)}`);
}

/** Prints ffmpeg's command lines on standard error, if that was asked for. */
export function commandPrinter({ verbose }: PipelineArguments) {
  return verbose ? (command: readonly string[]) => console.error(command.map(quoted).join(" ")) : undefined;
}

/** As a shell would take it. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
