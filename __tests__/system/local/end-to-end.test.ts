import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import * as HLS from "hls-parser";
import type { JobReport } from "../../../local/cli/report";
import { type ClipOptions, decode, makeClip, streamsOf } from "./clips";

const PROJECT = resolve(__dirname, "../../..");
const STACK = join(PROJECT, "cdktf.out", "stacks", "media-pipeline");

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "end-to-end-"));
});
afterAll(() => rm(folder, { recursive: true }));

function run(command: string, commandLine: string[]): Promise<Outcome> {
  return new Promise((done, fail) => {
    const child = spawn(command, commandLine, { cwd: PROJECT, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    child.on("error", fail);
    child.on("close", (status) => done({ status, stdout, stderr }));
  });
}

const npmStart = (...commandLine: string[]) =>
  run("npm", ["start", "--silent", "--", "--data", join(folder, "data"), ...commandLine]);

/** Runs the local pipeline from a stack that isn't the synthesized one. */
const runStack = (stack: string, ...commandLine: string[]) =>
  run(join(PROJECT, "node_modules", ".bin", "tsx"), [
    join(PROJECT, "local", "cli", "start.ts"),
    ...["--stack", stack, "--data", `${stack}-data`, ...commandLine],
  ]);

const jobsIn = (outcome: Outcome): JobReport[] => JSON.parse(outcome.stdout).jobs;

const clip = (name: string, options: Partial<ClipOptions> = {}) =>
  makeClip(join(folder, name), { widthPx: 640, heightPx: 360, seconds: 3, ...options });

describe("npm start -- --json FILE…", () => {
  const CLIPS = {
    "夏 祭り + 100%.mp4": { widthPx: 640, heightPx: 360 },
    "portrait.mp4": { widthPx: 270, heightPx: 480 },
    "silent.mp4": { widthPx: 480, heightPx: 270, audio: false },
    "small.mp4": { widthPx: 320, heightPx: 180 },
  };
  const names = Object.keys(CLIPS) as (keyof typeof CLIPS)[];
  let outcome: Outcome;
  const job = (name: string) => {
    const found = jobsIn(outcome).find(({ input }) => input.key === name);
    if (found === undefined) throw new Error(`no job of ${name}`);
    return found;
  };

  beforeAll(async () => {
    const files = await Promise.all(names.map((name) => clip(name, CLIPS[name])));
    outcome = await npmStart("--json", ...files);
  }, 120_000);

  it("ends with exit status 0 and every job COMPLETE", () => {
    expect(outcome.status).toBe(0);
    expect(jobsIn(outcome).map(({ input, status, error }) => ({ key: input.key, status, error }))).toEqual(
      names.map((key) => ({ key, status: "COMPLETE", error: null })),
    );
  });

  it("shows the way of each job on standard error, a line at a time", () => {
    expect(outcome.stderr).toContain("portrait.mp4: UPLOADING\n");
    expect(outcome.stderr).toContain("portrait.mp4: COMPLETE\n");
  });

  it.each(names)(
    "%s becomes HLS whose every rendition decodes and is no larger than the source",
    async (name) => {
      const manifest = job(name).files.hlsManifest;
      if (manifest === null) throw new Error("no manifest");
      const master = HLS.parse(await readFile(manifest, "utf8"));
      if (!master.isMasterPlaylist) throw new Error("not a master playlist");
      expect(master.variants.length).toBeGreaterThan(0);
      const source = { audio: true, ...CLIPS[name] };
      for (const { uri, resolution } of master.variants) {
        const playlist = join(dirname(manifest), decodeURIComponent(uri));
        const streams = await streamsOf(playlist);
        const video = streams.find(({ codec_type }) => codec_type === "video");
        expect(video).toMatchObject({ codec_name: "h264", ...resolution });
        expect(video?.width).toBeLessThanOrEqual(source.widthPx);
        expect(video?.height).toBeLessThanOrEqual(source.heightPx);
        expect(streams.some(({ codec_type }) => codec_type === "audio")).toBe(source.audio);
        await decode(playlist);
      }
    },
  );

  it.each(names)("%s has JPEG thumbnails of its own shape", async (name) => {
    const { files, outputs } = job(name);
    expect(files.thumbnails.length).toBeGreaterThan(1);
    expect(outputs.thumbnails.map((url) => basename(url))).toEqual(
      files.thumbnails.map((file) => basename(file)),
    );
    const { widthPx, heightPx } = CLIPS[name];
    for (const thumbnail of files.thumbnails) {
      const [image] = await streamsOf(thumbnail);
      expect(image?.codec_name).toBe("mjpeg");
      expect((image?.width ?? 0) / (image?.height ?? 1)).toBeCloseTo(widthPx / heightPx, 1);
    }
  });

  it.each(names)("%s is announced once, on the completion topic", (name) => {
    expect(job(name).notifications).toEqual([
      expect.objectContaining({
        topic: expect.stringMatching(/:media-job-completion-/),
        message: expect.objectContaining({ schemaVersion: 1, status: "COMPLETE", jobId: job(name).jobId }),
      }),
    ]);
  });
});

it("refused uploads end in an ERROR row, a failure notification and exit status 1, without a stack trace", async () => {
  const text = join(folder, "text.mp4");
  const empty = join(folder, "empty.mp4");
  await writeFile(text, "This is no video.\n");
  await writeFile(empty, "");
  const outcome = await npmStart("--json", text, empty);
  expect(outcome.status).toBe(1);
  expect(jobsIn(outcome).map(({ status, error }) => [status, error?.code])).toEqual([
    ["ERROR", "UNREADABLE_SOURCE"],
    ["ERROR", "EMPTY_SOURCE"],
  ]);
  for (const { error, notifications } of jobsIn(outcome)) {
    expect(error?.message).toMatch(/^\S.*[.\]]$/);
    expect(notifications.map(({ topic }) => topic.split(":").at(-1))).toEqual(["media-job-failure-dev"]);
  }
  expect(outcome.stdout + outcome.stderr).not.toMatch(/^\s+at /m);
});

it("the same name uploaded again is a new job", async () => {
  const file = await clip("again.mp4", { widthPx: 64, heightPx: 36, seconds: 1 });
  const first = jobsIn(await npmStart("--json", file));
  const second = jobsIn(await npmStart("--json", file));
  expect([...first, ...second].map(({ status }) => status)).toEqual(["COMPLETE", "COMPLETE"]);
  expect(second[0]?.jobId).not.toBe(first[0]?.jobId);
});

describe("the local run fails as the deployed stack would with", () => {
  /** Runs a good clip through the stack with one edit. */
  async function runEdited(edit: (json: string) => string): Promise<Outcome> {
    const stack = await mkdtemp(join(folder, "stack-"));
    await cp(STACK, stack, { recursive: true });
    const file = join(stack, "cdk.tf.json");
    const before = await readFile(file, "utf8");
    const after = edit(before);
    expect(after).not.toBe(before);
    await writeFile(file, after);
    return runStack(stack, "--json", await clip("edited.mp4", { widthPx: 64, heightPx: 36, seconds: 1 }));
  }
  const replace = (from: string, to: string) => (json: string) => json.replaceAll(from, to);

  it("a suffix filter that the upload doesn't match", async () => {
    const outcome = await runEdited(replace('"filter_suffix": ".mp4"', '"filter_suffix": ".mov"'));
    expect(outcome).toMatchObject({ status: 2, stdout: "" });
    expect(outcome.stderr).toContain(".mov, .MP4");
  });

  it("an environment variable of another name", async () => {
    const outcome = await runEdited(replace('"JOB_TABLE"', '"JOBS_TABLE"'));
    expect(outcome.status).toBe(1);
    expect(jobsIn(outcome)[0]?.error?.message).toContain("Missing or empty environment variable: JOB_TABLE");
    // The event itself is kept, in the dead-letter queue.
    expect(jobsIn(outcome)[0]?.error?.message).not.toContain("is lost");
  });

  it("an event pattern that misses the end of the job", async () => {
    const outcome = await runEdited(replace('\\"COMPLETE\\"', '\\"COMPLETED\\"'));
    expect(outcome.status).toBe(1);
    expect(jobsIn(outcome)[0]).toMatchObject({ status: "PROCESSING", error: { code: "STUCK" } });
  });

  it("a target that is another function", async () => {
    const outcome = await runEdited((json) => {
      const document = JSON.parse(json);
      document.resource.aws_cloudwatch_event_target.status_updater_target.arn =
        "${aws_lambda_function.processor_lambda_function.arn}";
      return JSON.stringify(document);
    });
    expect(outcome.status).toBe(1);
    expect(jobsIn(outcome)[0]?.error?.message).toContain("no aws_lambda_permission allows rule");
  });
});

it("a command line that can't run ends with status 2 and one sentence, before anything starts", async () => {
  const outcome = await runStack(STACK, "--quick");
  expect(outcome).toMatchObject({ status: 2, stdout: "" });
  expect(outcome.stderr).toContain("unknown option '--quick'");
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
});

it("--help prints the options and ends with status 0", async () => {
  expect(await runStack(STACK, "--help")).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("Usage: npm start -- [options] [FILE...]"),
    stderr: "",
  });
});
