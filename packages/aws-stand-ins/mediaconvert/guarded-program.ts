import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * Runs a program beside a guard that reads standard input, of which this process holds the other end: at its end, which
 * comes however this process dies, the guard kills the program.
 */
const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{ cat <&3; kill -KILL $program; } >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait $program
status=$?
kill $guard
exit $status
`;

/** The shell's exit codes for a program that it can't execute, and for one that doesn't exist. */
const NOT_RUN = [126, 127];

/**
 * The command and arguments with which a program ends when this process does. Standard input must be a pipe. A signal
 * that kills the program becomes an exit code above 128.
 */
export function guarded(program: string, args: readonly string[]): [command: string, args: string[]] {
  return ["/bin/sh", ["-c", GUARD, program, program, ...args]];
}

/** @throws Error if the exit code says that the program didn't run */
export function requireRun(program: string, exitCode: unknown, complaints: string): void {
  if (NOT_RUN.includes(Number(exitCode))) throw new Error(`${program} can't be run: ${complaints.trim()}`);
}

export interface ProgramOptions {
  /** Kills the program. */
  readonly signal?: AbortSignal | undefined;
  /** Kills the program after this long. */
  readonly timeoutSeconds: number;
  /** @default those of this process */
  readonly env?: NodeJS.ProcessEnv;
}

/** A program failed, crashed or hung. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";

  constructor(
    program: string,
    /** What it wrote to standard error. */
    readonly complaints: string,
    /** Whether it was killed because it took too long. */
    readonly hung: boolean,
    cause: unknown,
  ) {
    super(`${program} ${hung ? "took too long and was killed" : "failed"}: ${complaints.trim()}`, { cause });
  }
}

/**
 * Runs a program that ends when this process does.
 *
 * @returns what it wrote to standard output
 * @throws {ProgramError}; after an abort, the signal's reason; any other Error if the program didn't run
 */
export async function outputOf(
  program: string,
  args: readonly string[],
  { signal, timeoutSeconds, env }: ProgramOptions,
): Promise<string> {
  const limits = { timeout: timeoutSeconds * 1000, killSignal: "SIGKILL", maxBuffer: 64 << 20 } as const;
  try {
    const { stdout } = await promisify(execFile)(...guarded(program, args), { ...limits, signal, env });
    return stdout;
  } catch (error) {
    signal?.throwIfAborted();
    const { code, killed, stderr = "" } = error as { code?: unknown; killed?: boolean; stderr?: string };
    requireRun(program, code, stderr);
    const hung = killed === true && code === null;
    if (hung || typeof code === "number") throw new ProgramError(program, stderr, hung, error);
    throw error;
  }
}
