import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { PROJECT } from "./arguments";
import { playbackKeyIn } from "./playback-key";
import { UsageError } from "./run-command";
import { SynthesisRecord } from "./synthesis-record";

export interface LocalStack {
  readonly stackDirectory: string;
  /** @default none: the user chose the keys */
  readonly playbackKeyFile?: string;
}

export interface SynthesisOptions {
  /** Of the data directory, for the synthesized stacks. @default "cdktf.out" */
  readonly folder?: string;
  /** Called before a synthesis, unless the folder holds what it would write. */
  onSynthesis?(): void;
}

/** Pages on this machine. */
const LOCAL_ORIGINS = "http://127.0.0.1:*,http://localhost:*";

/**
 * Synthesizes the pipeline into the data directory, with the user's settings, and with delivery unless they choose its
 * keys themselves. Keeps the last synthesis if nothing that it depends on has changed.
 *
 * @throws {UsageError} for an invalid setting, and for sources that can't be built
 */
export async function synthesizeInto(
  dataDirectory: string,
  settings: NodeJS.ProcessEnv,
  { folder = "cdktf.out", onSynthesis }: SynthesisOptions = {},
): Promise<LocalStack> {
  const key = settings.PLAYBACK_PUBLIC_KEY_FILES ? undefined : playbackKeyIn(dataDirectory);
  const CDKTF_OUTDIR = join(dataDirectory, folder);
  const env = {
    ...settings,
    CDKTF_OUTDIR,
    ...(key && {
      PLAYBACK_PUBLIC_KEY_FILES: key.publicFile,
      CORS_ALLOWED_ORIGINS: settings.CORS_ALLOWED_ORIGINS || LOCAL_ORIGINS,
    }),
  };
  const stack = {
    stackDirectory: join(CDKTF_OUTDIR, "stacks", "media-pipeline"),
    playbackKeyFile: key?.privateFile,
  };
  const record = new SynthesisRecord(CDKTF_OUTDIR, env, env.PLAYBACK_PUBLIC_KEY_FILES?.split(",") ?? []);
  if (record.isCurrent()) return stack;
  onSynthesis?.();
  record.remove();
  try {
    await promisify(execFile)(process.execPath, ["run.mjs", "main.ts"], { cwd: PROJECT, env });
  } catch (error) {
    throw new UsageError(String((error as { stderr?: unknown }).stderr ?? error).trimEnd());
  }
  record.write();
  return stack;
}
