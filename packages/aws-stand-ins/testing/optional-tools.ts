import { spawnSync } from "node:child_process";

/** Why a command can't be used here, in a sentence; empty if it answers the probe, e.g. `--version`. */
export function lackOf(command: string, probe: readonly string[]): string[] {
  const { error, status } = spawnSync(command, probe, { stdio: "ignore" });
  if (error !== undefined) return [`${command} is not on PATH`];
  return status === 0 ? [] : [`${command} ${probe.join(" ")} ends with ${status}`];
}

/**
 * A `describe` whose tests use a real tool that a machine may lack. Where it is missing the tests can't run: they are
 * skipped and counted, with the reason in their name, so that they never pass in silence.
 *
 * @param lacks sentences that name what is missing; empty if nothing is
 */
export function describeUnless(lacks: readonly string[], name: string, tests: () => void): void {
  if (lacks.length === 0) {
    describe(name, tests);
    return;
  }
  const reason = `${name} (skipped: ${lacks.join("; ")})`;
  // jest counts tests of a file that is skipped as a whole, but doesn't print their names.
  process.stderr.write(`${reason}\n`);
  describe.skip(reason, tests);
}
