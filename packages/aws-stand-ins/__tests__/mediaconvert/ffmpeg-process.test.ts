import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { JobError } from "../../mediaconvert/errors";
import { faultOf, runFfmpeg } from "../../mediaconvert/ffmpeg-process";
import { runFfprobe } from "../../mediaconvert/ffprobe";
import { guarded } from "../../mediaconvert/guarded-program";

it.each([
  [0, "", undefined],
  [
    0,
    "[hls @ 0x1] Cannot use rename on non file protocol, this may lead to races and temporary partial files\n",
    undefined,
  ],
  [0, "[mov @ 0x1] stream 0, offset 0x30c1: partial file\n", 1076],
  [1, "Decoder (codec none) not found for input stream #0:0\n", 1030],
  [1, "Conversion failed!\n", 1999],
  [null, "", 1999],
])("turns exit code %p with %p into job error %p", (exitCode, complaints, code) => {
  expect(faultOf(exitCode, complaints)?.code).toBe(code);
});

it.each([
  [
    0,
    "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x5565e70647c0] stream 0, offset 0x14ee6: partial file\n",
    "The input file is truncated: [stream 0, offset 0x14ee6: partial file]",
  ],
  [
    1,
    "[vist#0:0/none @ 0x55d0] [dec:none @ 0x7f01] Decoder not found\n",
    "Unsupported codec in input: [Decoder not found]",
  ],
  [
    1,
    "Stream map '[v0]' matches no streams.\n",
    "ffmpeg failed with exit code 1: [Stream map '[v0]' matches no streams.]",
  ],
])("reports exit code %p with %p without ffmpeg's addresses", (exitCode, complaints, message) => {
  expect(faultOf(exitCode, complaints)?.message).toBe(message);
});

describe("a program that hangs", () => {
  const directory = mkdtempSync(join(tmpdir(), "hanging-"));
  const pidFile = join(directory, "pid");
  const hanging = join(directory, "hanging");
  afterEach(() => rmSync(pidFile, { force: true }));
  afterAll(() => rmSync(directory, { recursive: true }));
  const never = new AbortController().signal;
  const onProgress = () => undefined;

  /** The program writes its id, does what the script says, and then nothing, for ten minutes. */
  function hangAfter(script: string): string {
    writeFileSync(
      hanging,
      `#!/bin/sh\necho $$ >${pidFile}.new; mv ${pidFile}.new ${pidFile}\n${script}\nexec sleep 600\n`,
    );
    chmodSync(hanging, 0o755);
    return hanging;
  }

  async function programEnded(): Promise<void> {
    const pid = Number(readFileSync(pidFile, "utf8"));
    for (;;) {
      try {
        process.kill(pid, 0);
      } catch {
        // It doesn't exist any more.
        return;
      }
      await sleep(20);
    }
  }

  it("ends the job with an error if it is ffmpeg and makes no progress, though it reports", async () => {
    const ffmpeg = hangAfter(
      "while true; do printf 'frame=7\\nout_time_us=1000\\nprogress=continue\\n'; sleep 0.05; done",
    );
    const run = runFfmpeg({ ffmpeg, arguments: [], directory, signal: never, stallSeconds: 0.5, onProgress });
    await expect(run).rejects.toThrow(/^ffmpeg made no progress for 0\.5 s and was killed/);
    await expect(run).rejects.toMatchObject({ code: 1999 });
    await programEnded();
  });

  it("is left alone while ffmpeg makes progress", async () => {
    const ffmpeg = hangAfter(
      "for i in 1 2 3 4 5 6 7 8; do echo out_time_us=$i; echo progress=continue; sleep 0.1; done; exit 0",
    );
    await runFfmpeg({ ffmpeg, arguments: [], directory, signal: never, stallSeconds: 0.6, onProgress });
  });

  it("ends the job with an error if it is ffprobe", async () => {
    const probe = runFfprobe(hangAfter(""), "/x", "s3://raw/x.mp4", undefined, 0.5);
    await expect(probe).rejects.toBeInstanceOf(JobError);
    await expect(probe).rejects.toThrow(
      /s3:\/\/raw\/x\.mp4.*ffprobe didn't end within 0\.5 s and was killed/,
    );
    await programEnded();
  });

  it("ends at once when its job is stopped", async () => {
    const stop = new AbortController();
    const run = runFfmpeg({
      ffmpeg: hangAfter(""),
      arguments: [],
      directory,
      signal: stop.signal,
      onProgress,
    });
    run.catch(() => undefined);
    while (!existsSync(pidFile)) await sleep(20);
    stop.abort();
    await expect(run).rejects.toThrow("abort");
    await programEnded();
  });

  it.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)(
    "doesn't outlive the pipeline that %s ends",
    async (signal) => {
      const command = JSON.stringify(guarded(hangAfter(""), []));
      const pipeline: ChildProcess = spawn(process.execPath, [
        "-e",
        `require("node:child_process").spawn(...${command})`,
      ]);
      while (!existsSync(pidFile)) await sleep(20);
      const exit = once(pipeline, "exit");
      pipeline.kill(signal);
      await exit;
      await programEnded();
    },
  );
});

describe("a program that can't be run", () => {
  const path = "/no/such/program";

  it("isn't blamed on the source", async () => {
    const probe = runFfprobe(path, "/x", "s3://raw/x.mp4");
    await expect(probe).rejects.toThrow(/^\/no\/such\/program can't be run: .*not found/);
    await expect(probe).rejects.not.toBeInstanceOf(JobError);
  });
});
