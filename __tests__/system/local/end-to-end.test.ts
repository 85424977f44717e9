import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type ClipShape, decode, inspect, makeClip } from "aws-stand-ins/testing/clips";
import * as HLS from "hls-parser";
import { temporaryFolder } from "../../temporary-folder";
import { type Outcome, run, runScript, synthesizePipeline } from "../commands";
import { editedStack, type TerraformJson } from "./edited-stack";
import { jobsIn, runStack } from "./local-run";

const folder = temporaryFolder();
let stack: string;
beforeAll(async () => {
  stack = await synthesizePipeline(folder);
});

const npmStart = (...commandLine: string[]) =>
  run("npm", ["start", "--silent", "--", "--data", join(folder, "data"), ...commandLine]);

const clip = (name: string, options: Partial<ClipShape> = {}) =>
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
  });

  it("ends with exit status 0 and every job COMPLETE", () => {
    expect(outcome.status).toBe(0);
    expect(jobsIn(outcome).map(({ input, status, error }) => ({ key: input.key, status, error }))).toEqual(
      names.map((key) => ({ key, status: "COMPLETE", error: null })),
    );
  });

  it("prints each step of a job on standard error, one per line", () => {
    expect(outcome.stderr).toContain("portrait.mp4: UPLOADING\n");
    expect(outcome.stderr).toContain("portrait.mp4: COMPLETE\n");
  });

  it.each(names)(
    "turns %s into HLS renditions that decode and aren't larger than the source",
    async (name) => {
      const manifest = job(name).files.hlsManifest;
      if (manifest === null) throw new Error("no manifest");
      const master = HLS.parse(await readFile(manifest, "utf8"));
      if (!master.isMasterPlaylist) throw new Error("not a master playlist");
      expect(master.variants.length).toBeGreaterThan(0);
      const source = { audio: true, ...CLIPS[name] };
      for (const { uri, resolution } of master.variants.filter(({ isIFrameOnly }) => !isIFrameOnly)) {
        const playlist = join(dirname(manifest), decodeURIComponent(uri));
        const { streams } = await inspect(playlist);
        const video = streams.find(({ codec_type }) => codec_type === "video");
        expect(video).toMatchObject({ codec_name: "h264", ...resolution });
        expect(video?.width).toBeLessThanOrEqual(source.widthPx);
        expect(video?.height).toBeLessThanOrEqual(source.heightPx);
        expect(streams.some(({ codec_type }) => codec_type === "audio")).toBe(source.audio);
        expect(await decode(playlist)).toBe("");
      }
    },
  );

  it.each(names)("makes JPEG thumbnails of %s in its own shape", async (name) => {
    const { files, outputs } = job(name);
    expect(files.thumbnails.length).toBeGreaterThan(1);
    expect(outputs.thumbnails.map((url) => basename(url))).toEqual(
      files.thumbnails.map((file) => basename(file)),
    );
    const { widthPx, heightPx } = CLIPS[name];
    for (const thumbnail of files.thumbnails) {
      const [image] = (await inspect(thumbnail)).streams;
      expect(image?.codec_name).toBe("mjpeg");
      expect((image?.width ?? 0) / (image?.height ?? 1)).toBeCloseTo(widthPx / heightPx, 1);
    }
  });

  it("lets no other user read its data", async () => {
    const data = join(folder, "data");
    const paths = [data, ...(await readdir(data, { recursive: true })).map((path) => join(data, path))];
    expect(paths.length).toBeGreaterThan(50);
    const modes = await Promise.all(paths.map(async (path) => ({ path, mode: (await stat(path)).mode })));
    expect(modes.filter(({ mode }) => (mode & 0o077) !== 0)).toEqual([]);
  });

  it.each(names)("announces %s once, on the completion topic", (name) => {
    expect(job(name).notifications).toEqual([
      expect.objectContaining({
        topic: expect.stringMatching(/:media-job-completion-/),
        message: expect.objectContaining({ schemaVersion: 1, status: "COMPLETE", jobId: job(name).jobId }),
      }),
    ]);
  });
});

describe("npm start", () => {
  it("ends a refused upload in an ERROR row, a failure notification and exit status 1", async () => {
    const text = join(folder, "text.mp4");
    const empty = join(folder, "empty.mp4");
    await writeFile(text, "This is not a video.\n");
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

  it("refuses a bad command line in one sentence, with status 2, before anything starts", async () => {
    const outcome = await runStack(stack, "--quick");
    expect(outcome).toMatchObject({ status: 2, stdout: "" });
    expect(outcome.stderr).toContain("unknown option '--quick'");
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
  });

  it("refuses captions without their video in one sentence, with status 2, and starts no job", async () => {
    const captions = join(folder, "alone.ja.vtt");
    await writeFile(captions, "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n");
    const data = join(folder, "alone");
    const commandLine = ["--stack", stack, "--data", data, "--json", captions];
    const outcome = await runScript("local/cli/start.ts", commandLine);
    expect(outcome).toMatchObject({ status: 2, stdout: "" });
    expect(outcome.stderr).toContain(
      `${captions} accompanies a video and starts no job. Name its video as well.`,
    );
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
    const stored = await readdir(join(data, "s3"), { recursive: true }).catch(() => []);
    expect(stored.filter((name) => name.endsWith(".vtt"))).toEqual([]);
  });

  it("takes nothing of the user's AWS set-up", async () => {
    const file = await clip("aws.mp4", { widthPx: 64, heightPx: 36, seconds: 1 });
    const HOME = join(folder, "home");
    await mkdir(join(HOME, ".aws"), { recursive: true });
    const profile = ["services = mine", "defaults_mode = nonsense", "retry_mode = nonsense"];
    const services = ["s3", "dynamodb", "sqs", "sns", "mediaconvert"];
    const endpoints = services.map((name) => `${name} =\n  endpoint_url = http://127.0.0.1:1`);
    const config = ["[default]", ...profile, "use_fips_endpoint = true", "[services mine]", ...endpoints];
    await writeFile(join(HOME, ".aws", "config"), config.join("\n"));
    const env = {
      ...process.env,
      HOME,
      AWS_USE_FIPS_ENDPOINT: "true",
      AWS_USE_DUALSTACK_ENDPOINT: "true",
      AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1",
      AWS_MAX_ATTEMPTS: "nonsense",
    };
    const commandLine = ["--stack", stack, "--data", join(folder, "aws"), "--json", "--instant", file];
    const outcome = await runScript("local/cli/start.ts", commandLine, { env });
    expect(outcome.status).toBe(0);
    expect(jobsIn(outcome).map(({ status }) => status)).toEqual(["COMPLETE"]);
  });

  it("makes a new job of a name that is uploaded again", async () => {
    const file = await clip("again.mp4", { widthPx: 64, heightPx: 36, seconds: 1 });
    const first = jobsIn(await npmStart("--json", file));
    const second = jobsIn(await npmStart("--json", file));
    expect([...first, ...second].map(({ status }) => status)).toEqual(["COMPLETE", "COMPLETE"]);
    expect(second[0]?.jobId).not.toBe(first[0]?.jobId);
  });
});

describe("the local run fails as the deployed stack would with", () => {
  /** Runs a good video through an edited copy of the stack. */
  async function runEdited(edit: (document: TerraformJson) => void): Promise<Outcome> {
    const file = await clip("edited.mp4", { widthPx: 64, heightPx: 36, seconds: 1 });
    return runStack(await editedStack(stack, edit), "--json", file);
  }

  it("source suffixes that the upload doesn't have", async () => {
    const outcome = await runEdited(({ resource }) => {
      const { variables } = resource.aws_lambda_function.processor_lambda_function.environment;
      variables.SOURCE_SUFFIXES = ".mov,.MP4";
    });
    expect(outcome).toMatchObject({ status: 2, stdout: "" });
    expect(outcome.stderr).toContain(".mov, .MP4");
  });

  it("a misnamed environment variable", async () => {
    const outcome = await runEdited(({ resource }) => {
      const { variables } = resource.aws_lambda_function.processor_lambda_function.environment;
      variables.JOBS_TABLE = variables.JOB_TABLE;
      delete variables.JOB_TABLE;
    });
    expect(outcome.status).toBe(1);
    expect(jobsIn(outcome)[0]?.error?.message).toContain("environment variables of the function: JOB_TABLE.");
    // The event itself is kept, in the dead-letter queue.
    expect(jobsIn(outcome)[0]?.error?.message).not.toContain("is lost");
  });

  it("an event pattern that doesn't match a finished job", async () => {
    const outcome = await runEdited(({ resource }) => {
      const rule = resource.aws_cloudwatch_event_rule.status_updater_rule;
      rule.event_pattern = rule.event_pattern.replace('"COMPLETE"', '"COMPLETED"');
    });
    expect(outcome.status).toBe(1);
    expect(jobsIn(outcome)[0]).toMatchObject({ status: "PROCESSING", error: { code: "STUCK" } });
  });
});
