import { randomUUID } from "node:crypto";
import { DeleteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { DailyBudget } from "../../../lambdas/jobs/daily-budget";
import { jobIdOf } from "../../../lambdas/jobs/job-id";
import { JobRepository } from "../../../lambdas/jobs/job-repository";
import type { JobLimits } from "../../../lambdas/media-processor/job-plan";
import { GIVE_UP_AFTER_SECONDS, MIN_DECLINES, startJob } from "../../../lambdas/media-processor/start-job";
import type { Upload } from "../../../lambdas/media-processor/upload";
import { createClient } from "../../../lambdas/service-client";
import type { SourceTracks } from "../../../lambdas/transcoding/source-tracks";
import { Refusal, TransientError } from "../../../lambdas/transcoding/transcoder";
import { Crash, Invocation } from "../invocation";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";
import { RecordingNotifier } from "../jobs/recording-notifier";
import { SimulatedMediaConvert } from "../simulated-media-convert";
import { source } from "../transcoding/sources";
import {
  LIMITS,
  ObedientTranscoder,
  OneVersionStore,
  RecordingRetryLane,
  RecordingTrackLabels,
} from "./stand-ins";

const NOW_MS = 1_700_000_000_999;
const TIMEOUT_MS = 60_000;
const LOCAL = { region: "eu-south-2", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

let table: TestTable;
let jobs: JobRepository;
let notifier: RecordingNotifier;
let transcoder: ObedientTranscoder;
let sources: OneVersionStore;
let retryLane: RecordingRetryLane;
let budget: DailyBudget;
let daily: JobLimits["daily"];
let nowMs: number;
let labels: RecordingTrackLabels;

beforeAll(async () => {
  table = await startJobTable();
  jobs = new JobRepository(table.client, TABLE_NAME, () => nowMs);
  budget = new DailyBudget(table.client, TABLE_NAME);
});
afterAll(() => table.stop());
beforeEach(() => {
  nowMs = NOW_MS;
  daily = undefined;
  notifier = new RecordingNotifier();
  transcoder = new ObedientTranscoder();
  sources = new OneVersionStore();
  labels = new RecordingTrackLabels();
  retryLane = new RecordingRetryLane();
});

function newUpload(sizeBytes = 1000) {
  return { bucket: "raw", key: `${randomUUID()} +%.mp4`, versionId: "v1", sizeBytes };
}

async function start(upload: Upload, remainingMs = TIMEOUT_MS) {
  const { outcome } = await startJob(upload, {
    jobs,
    notifier,
    transcoder,
    sources,
    labels,
    retryLane,
    budget,
    limits: { ...LIMITS, daily },
    now: () => nowMs,
    remainingMs: () => remainingMs,
  });
  return outcome;
}

/** The upload as the newest message in the retry lane has it. */
const retried = (upload: Upload): Upload => ({ ...upload, ticket: retryLane.postponed.at(-1)?.sentTicket });

/** The earlier attempt was killed, and its time is over. */
function pass(milliseconds = TIMEOUT_MS + 1) {
  nowMs += milliseconds;
}

function rowOf(upload: ReturnType<typeof newUpload>) {
  return table.rowOf(jobIdOf(upload));
}

const refused = async (): Promise<never> => {
  throw new Refusal("UNREADABLE_SOURCE", "It can't be read.");
};
const throttled = async (): Promise<never> => {
  throw new TransientError("Too many requests", { declined: true });
};
const silent = async (): Promise<never> => {
  throw new TransientError("No answer");
};

describe("a source with several audio tracks", () => {
  const tracks: SourceTracks = [
    { type: "audio", number: 1, codec: "AAC", language: "en", channels: 2 },
    { type: "captions", codec: "C608" },
    { type: "audio", number: 2, codec: "AAC", channels: 2 },
  ];
  beforeEach(() => {
    transcoder.probe = async () => source({ tracks });
  });

  it("gets the titles and the default of its header, and its languages where Probe knows none", async () => {
    labels.found = [
      { title: "Commentary", language: "fr", default: false },
      { title: "日本語", language: "ja", default: true },
    ];
    const upload = newUpload();
    await start(upload);
    expect(labels.requested).toEqual([`raw/${upload.key}`]);
    expect(await rowOf(upload)).toMatchObject({
      source: {
        tracks: [
          { ...tracks[0], title: "Commentary", default: false },
          tracks[1],
          { ...tracks[2], title: "日本語", language: "ja", default: true },
        ],
      },
      stream: {
        audio: [
          { name: "audio1", title: "Commentary", language: "en", channels: 2, default: false },
          { name: "audio2", title: "日本語", language: "ja", channels: 2, default: true },
        ],
      },
    });
  });

  it.each([
    ["can't be read", undefined],
    ["lists another number of tracks", [{ title: "Only", default: true }]],
  ])("has what Probe says if its header %s", async (_what, found) => {
    labels.found = found;
    const upload = newUpload();
    await start(upload);
    expect(await rowOf(upload)).toMatchObject({ source: { tracks } });
  });

  it("has its header read only if there is a choice", async () => {
    transcoder.probe = async () => source({ tracks: tracks.slice(0, 2) });
    await start(newUpload());
    expect(labels.requested).toEqual([]);
  });
});

describe("an upload", () => {
  it("becomes a MediaConvert job", async () => {
    const upload = newUpload();
    expect(await start(upload)).toBe("started");
    expect(await rowOf(upload)).toEqual({
      jobId: jobIdOf(upload),
      status: "PROCESSING",
      createdAt: 1_700_000_000,
      updatedAt: 1_700_000_000,
      inputBucket: "raw",
      inputFile: upload.key,
      inputVersionId: "v1",
      fileSize: 1000,
      attempts: 1,
      ticket: 1,
      attemptExpiresAt: NOW_MS + TIMEOUT_MS,
      submittingAt: 1_700_000_000,
      startedAt: 1_700_000_000,
      sweep: "UNFINISHED",
      lookedAt: 1_700_000_000,
      mediaConvertJobId: "1-abc",
      source: source(),
      // 1 minute at (540p + 432p + 360p + 234p) x 1 + (1080p + 720p) x 2 = 8 normalized minutes.
      estimatedCostUsd: 0.06,
      priceRegion: "us-east-1",
      stream: {
        packaging: "hls",
        renditions: ["540p", "1080p", "720p", "432p", "360p", "234p"].map((name) =>
          expect.objectContaining({ name }),
        ),
        audio: [{ title: "Audio 1", channels: 2, default: true }],
      },
    });
    const sourceUrl = `s3://raw/${upload.key}`;
    expect(transcoder.probed).toEqual([sourceUrl]);
    expect(transcoder.orders).toMatchObject([{ jobId: jobIdOf(upload), sourceUrl, source: source() }]);
    expect(transcoder.orders[0]?.renditions.map(({ name }) => name)).toEqual([
      "540p",
      "1080p",
      "720p",
      "432p",
      "360p",
      "234p",
    ]);
    expect(notifier.published).toEqual([]);
  });

  it("takes the captions next to it, and warns of those that it can't use", async () => {
    const upload = newUpload();
    const name = (ending: string) => upload.key.replace(".mp4", ending);
    sources.files.set(name(".ja.vtt"), Buffer.from("WEBVTT\n\n00:01.000 --> 00:02.000\n夏\n"));
    sources.files.set(name(".en.srt"), Buffer.from([0x31, 0x0a, 0x89, 0xc4]));
    expect(await start(upload)).toBe("started");
    expect(transcoder.orders[0]?.captions).toEqual([
      {
        ...{ language: "ja", kind: "subtitles" },
        from: { url: `s3://raw/${name(".ja.vtt")}`, format: "WebVTT" },
      },
    ]);
    expect(await rowOf(upload)).toMatchObject({
      stream: { captions: [{ language: "ja", kind: "subtitles" }] },
      warnings: {
        SIDECAR_LEFT_OUT: expect.stringMatching(
          /^The stream lacks .*\.en\.srt\. The file isn't in UTF-8: it seems to be SHIFT_JIS\. .* captions add\.$/,
        ),
      },
    });
  });

  it("has its middle read for captions in the picture, by the call that finds its newest version", async () => {
    transcoder.onProbe = async () => source({ tracks: [] });
    const upload = newUpload();
    const pair = Buffer.from([...Buffer.from("GA94"), 0x03, 0xc1, 0xff, 0xfc, 0x94, 0x2c]);
    sources.files.set(upload.key, pair);
    expect(await start(upload)).toBe("started");
    expect(await rowOf(upload)).toMatchObject({
      source: { tracks: [{ type: "captions", codec: "C608", inPicture: true }] },
    });
    expect(sources.ranges).toEqual([{ start: 0, end: 4 * 2 ** 20 }]);
  });

  it("isn't read again once its facts are known", async () => {
    const upload = newUpload();
    transcoder.onSubmit = throttled;
    expect(await start(upload)).toBe("postponed");
    expect(await start(retried(upload))).toBe("postponed");
    expect(transcoder.probed).toHaveLength(1);
    expect(sources.ranges).toEqual([{ start: 0, end: 4 * 2 ** 20 }, undefined]);
  });

  it("that is reported again isn't transcoded again", async () => {
    const upload = newUpload();
    await start(upload);
    expect(await start(upload)).toBe("known");
    expect(transcoder.orders).toHaveLength(1);
    expect(transcoder.probed).toHaveLength(1);
  });

  it.each(["COMPLETE", "ERROR", "CANCELED"] as const)(
    "that is reported again after its job is %s is left alone",
    async (status) => {
      const upload = newUpload();
      await start(upload);
      await jobs.finish(jobIdOf(upload), "1-abc", { status });
      expect(await start(upload)).toBe("known");
      expect(transcoder.orders).toHaveLength(1);
      expect(notifier.published).toEqual([]);
    },
  );

  it("is postponed while MediaConvert throttles, and then started without a search", async () => {
    const upload = newUpload();
    transcoder.onSubmit = throttled;
    expect(await start(upload)).toBe("postponed");
    const row = await rowOf(upload);
    expect(row).toMatchObject({ status: "SUBMITTED", attempts: 1, ticket: 2, declines: 1, source: source() });
    expect(row).not.toHaveProperty("submittingAt");
    expect(await start(retried(upload))).toBe("postponed");
    expect(retryLane.postponed).toMatchObject([
      { jobId: jobIdOf(upload), attempts: 1, sentTicket: 2 },
      { jobId: jobIdOf(upload), attempts: 2, sentTicket: 3 },
    ]);
    expect(notifier.published).toEqual([]);

    transcoder.onSubmit = async () => "2-def";
    expect(await start(retried(upload))).toBe("started");
    expect(await rowOf(upload)).toMatchObject({
      status: "PROCESSING",
      attempts: 3,
      mediaConvertJobId: "2-def",
    });
    // MediaConvert had declined the job, and its facts were in the row.
    expect(transcoder.searched).toEqual([]);
    expect(transcoder.probed).toHaveLength(1);
  });

  it("is searched for after MediaConvert didn't answer CreateJob", async () => {
    const upload = newUpload();
    transcoder.onSubmit = silent;
    await start(upload);
    transcoder.onFind = async () => "1-abc";
    expect(await start(retried(upload))).toBe("found");
    expect(transcoder.orders).toHaveLength(1);
  });

  it("is still searched for if MediaConvert declines the search, as it may have the job", async () => {
    const upload = newUpload();
    transcoder.onSubmit = silent;
    await start(upload);
    transcoder.onFind = throttled;
    expect(await start(retried(upload))).toBe("postponed");
    transcoder.onFind = async () => "1-abc";
    expect(await start(retried(upload))).toBe("found");
    expect(transcoder.orders).toHaveLength(1);
  });

  it("is postponed in time if its attempt takes too long", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return source();
    };
    // The SDK clients of real services throw; here DynamoDB's does, at the plan.
    const client = createClient(DynamoDBClient, { endpoint: table.endpoint, ...LOCAL });
    const bounded = new JobRepository(client, TABLE_NAME, () => nowMs);
    jest.spyOn(jobs, "recordPlan").mockImplementation(bounded.recordPlan.bind(bounded));
    expect(await start(upload, 15_010)).toBe("postponed");
    jest.restoreAllMocks();
    client.destroy();
    expect(transcoder.orders).toEqual([]);
  });

  describe("while an earlier attempt may still be running", () => {
    it("waits instead of judging", async () => {
      const upload = newUpload();
      transcoder.onSubmit = async () => {
        // A second delivery, and a newer version in between.
        sources.stored = { versionId: "v2", sizeBytes: 5 };
        expect(await start(upload)).toBe("waiting");
        return "1-abc";
      };
      expect(await start(upload)).toBe("started");
      expect(await rowOf(upload)).toMatchObject({ status: "PROCESSING", mediaConvertJobId: "1-abc" });
      expect(await start(retried(upload))).toBe("known");
      expect(notifier.published).toEqual([]);
    });

    it("takes over once that attempt must have ended", async () => {
      const upload = newUpload();
      transcoder.onSubmit = async () => {
        throw new Error("The function was killed");
      };
      jest.spyOn(jobs, "endAttempt").mockRejectedValue(new Error("The function was killed"));
      await expect(start(upload)).rejects.toThrow("killed");
      jest.restoreAllMocks();
      expect(await start(upload)).toBe("waiting");
      pass();
      transcoder.onSubmit = async () => "1-abc";
      expect(await start(retried(upload))).toBe("started");
      expect(transcoder.searched).toHaveLength(1);
    });
  });

  it("has one chain of retries: an older message has no effect", async () => {
    const upload = newUpload();
    transcoder.onSubmit = throttled;
    await start(upload);
    const older = retried(upload);
    await start(older);
    expect(await start(older)).toBe("outdated");
    expect(retryLane.postponed).toHaveLength(2);
    expect(await rowOf(upload)).toMatchObject({ attempts: 2, ticket: 3 });
  });

  it("has one chain of retries: a notification delivered again takes over", async () => {
    const upload = newUpload();
    transcoder.onSubmit = throttled;
    await start(upload);
    const older = retried(upload);
    expect(await start(upload)).toBe("postponed");
    expect(await start(older)).toBe("outdated");
    expect(retryLane.postponed).toHaveLength(2);
  });

  it("counts its start once, whether an attempt or an event records it first", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async ({ jobId }) => {
      await jobs.recordProgress(jobId, "1-abc", { lastEventAt: 5 });
      return "1-abc";
    };
    await start(upload);
    expect(await jobs.recordStart(jobIdOf(upload), "1-abc")).toMatchObject({ applied: false });
  });

  it("names no job if its row ended before MediaConvert accepted the job", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async ({ jobId }) => {
      await jobs.refuse(jobId, { code: "SUPERSEDED", message: "A newer version was uploaded." });
      return "1-abc";
    };
    expect(await start(upload)).toBe("stray");
    expect(await rowOf(upload)).not.toHaveProperty("mediaConvertJobId");
  });

  it("throws so that it is redelivered, if the retry lane rejects it", async () => {
    const upload = newUpload();
    transcoder.onProbe = throttled;
    retryLane.postpone = async () => {
      throw new Error("SQS is out of order");
    };
    await expect(start(upload)).rejects.toThrow("SQS is out of order");
    expect(await rowOf(upload)).toMatchObject({ status: "SUBMITTED" });
  });

  it("fails on any other error, for an operator to fix", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async () => {
      throw new Error("You are not authorized");
    };
    await expect(start(upload)).rejects.toThrow("You are not authorized");
    expect(await rowOf(upload)).toMatchObject({ status: "SUBMITTED" });
    expect(await rowOf(upload)).not.toHaveProperty("declines");
    expect(retryLane.postponed).toEqual([]);
    transcoder.onSubmit = async () => "1-abc";
    expect(await start(upload)).toBe("started");
  });

  it("isn't paid for twice if an attempt crashes right after CreateJob", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async () => {
      throw new Error("The function was killed");
    };
    await expect(start(upload)).rejects.toThrow("killed");

    transcoder.onFind = async () => "1-abc";
    expect(await start(upload)).toBe("found");
    expect(transcoder.searched).toEqual([jobIdOf(upload)]);
    expect(transcoder.orders).toHaveLength(1);
    expect(await rowOf(upload)).toMatchObject({
      status: "PROCESSING",
      mediaConvertJobId: "1-abc",
      estimatedCostUsd: 0.06,
    });
  });

  it("isn't searched for in MediaConvert on the first attempt", async () => {
    await start(newUpload());
    expect(transcoder.searched).toEqual([]);
  });

  it("isn't searched for if an event has named its job", async () => {
    const upload = newUpload();
    transcoder.onSubmit = silent;
    await start(upload);
    await jobs.addWarnings(jobIdOf(upload), "1-abc", { 1: "one" });
    expect(await start(retried(upload))).toBe("found");
    expect(transcoder.searched).toEqual([]);
    expect(await rowOf(upload)).toMatchObject({ status: "PROCESSING", mediaConvertJobId: "1-abc" });
  });

  it("isn't submitted if its job ended during the probe", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => {
      await jobs.finish(jobIdOf(upload), "1-abc", { status: "CANCELED" });
      return source();
    };
    expect(await start(upload)).toBe("known");
    expect(transcoder.orders).toEqual([]);
    expect(await rowOf(upload)).toMatchObject({ status: "CANCELED" });
  });

  it("of an older version doesn't change the newer one's job", async () => {
    const older = newUpload();
    const newer = { ...older, versionId: "v2" };
    sources.stored = { versionId: "v2", sizeBytes: 1000 };
    expect(await start(newer)).toBe("started");
    const before = await rowOf(newer);
    expect(await start(older)).toBe("refused");
    expect(await rowOf(newer)).toEqual(before);
    expect(transcoder.orders).toHaveLength(1);
  });

  it("is the newest in a bucket without versioning", async () => {
    sources.stored = { sizeBytes: 1000 };
    expect(await start(newUpload())).toBe("started");
  });

  it("keeps the status of an early event", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async ({ jobId }) => {
      await jobs.finish(jobId, "1-abc", { status: "COMPLETE", progressPercent: 100 });
      return "1-abc";
    };
    expect(await start(upload)).toBe("started");
    expect(await rowOf(upload)).toMatchObject({
      status: "COMPLETE",
      mediaConvertJobId: "1-abc",
      source: source(),
    });
  });
});

describe("an upload that can't be transcoded", () => {
  it("because it is empty ends before MediaConvert is called", async () => {
    const upload = newUpload(0);
    const error = {
      code: "EMPTY_SOURCE",
      message: `s3://raw/${upload.key} has 0 bytes. Upload the video again.`,
    };
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({ status: "ERROR", error, notifiedAt: 1_700_000_000 });
    expect(notifier.published).toMatchObject([{ jobId: jobIdOf(upload), status: "ERROR", error }]);
    expect(transcoder.probed).toEqual([]);
  });

  it.each([
    ["was deleted", undefined, "SOURCE_NOT_FOUND", /was deleted before .* Upload the video again/],
    [
      "was replaced",
      { versionId: "v2", sizeBytes: 5 },
      "SUPERSEDED",
      /^A newer version of .* has its own job/,
    ],
  ])("because it %s ends before MediaConvert is called", async (_, stored, code, message) => {
    const upload = newUpload();
    sources.stored = stored;
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({
      status: "ERROR",
      error: { code, message: expect.stringMatching(message) },
    });
    expect(notifier.published).toHaveLength(1);
    expect(transcoder.probed).toEqual([]);
  });

  it("because it is too long ends before CreateJob", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => source({ durationSeconds: 360 * 60 + 1 });
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({ status: "ERROR", error: { code: "SOURCE_TOO_LONG" } });
    expect(transcoder.orders).toEqual([]);
  });

  it("because MediaConvert never accepts it ends a day after the upload", async () => {
    const upload = newUpload();
    transcoder.onSubmit = throttled;
    await start(upload);
    for (let attempt = 2; attempt < MIN_DECLINES; attempt += 1) {
      expect(await start(retried(upload))).toBe("postponed");
    }
    expect(await start(retried(upload))).toBe("postponed");
    pass(GIVE_UP_AFTER_SECONDS * 1000);
    expect(await start(retried(upload))).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({ status: "ERROR", error: { code: "ATTEMPTS_EXHAUSTED" } });
    expect(notifier.published).toHaveLength(1);
    expect(notifier.published[0]?.error?.message).toContain(
      JSON.stringify({ bucket: "raw", key: upload.key, force: true }),
    );
  });

  it.each([
    ["has recovered", async () => "1-abc", "started"],
    ["denies access", () => Promise.reject(new Error("You are not authorized")), undefined],
  ])("is never judged by its age if MediaConvert %s", async (_, submit, outcome) => {
    const upload = newUpload();
    transcoder.onSubmit = throttled;
    await start(upload);
    for (let attempt = 2; attempt < MIN_DECLINES; attempt += 1) await start(retried(upload));
    pass(2 * GIVE_UP_AFTER_SECONDS * 1000);
    transcoder.onSubmit = submit;
    expect(await start(retried(upload)).catch(() => undefined)).toBe(outcome);
    expect(notifier.published).toEqual([]);
  });

  it("gets a fresh chance if it is redriven days after its upload", async () => {
    const upload = newUpload();
    transcoder.onSubmit = () => Promise.reject(new Error("You are not authorized"));
    await expect(start(upload)).rejects.toThrow();
    pass(5 * GIVE_UP_AFTER_SECONDS * 1000);
    transcoder.onSubmit = throttled;
    expect(await start(upload)).toBe("postponed");
  });

  it("because it is unreadable ends without a job", async () => {
    const upload = newUpload();
    transcoder.onProbe = refused;
    const error = { code: "UNREADABLE_SOURCE", message: "It can't be read." };
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({ status: "ERROR", error });
    expect(notifier.published).toMatchObject([{ status: "ERROR", error }]);
    expect(transcoder.orders).toEqual([]);
  });

  it("because MediaConvert refuses the job ends with its message", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async () => {
      throw new Refusal("JOB_REFUSED", "MediaConvert refused the job: no.");
    };
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({
      status: "ERROR",
      error: { code: "JOB_REFUSED", message: "MediaConvert refused the job: no." },
    });
  });

  it("is announced once, however often it is reported", async () => {
    const upload = newUpload(0);
    await start(upload);
    expect(await start(upload)).toBe("known");
    expect(notifier.published).toHaveLength(1);
  });

  it("is announced by the next attempt if publishing failed", async () => {
    const upload = newUpload(0);
    notifier.failures = 1;
    await expect(start(upload)).rejects.toThrow("SNS is out of order");
    await start(upload);
    expect(notifier.published).toHaveLength(1);
    expect(await rowOf(upload)).toMatchObject({ notifiedAt: 1_700_000_000 });
  });

  it("doesn't undo what a concurrent delivery did", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async ({ jobId }) => {
      await jobs.recordStart(jobId, "1-abc");
      return refused();
    };
    expect(await start(upload)).toBe("known");
    expect(await rowOf(upload)).toMatchObject({ status: "PROCESSING" });
    expect(notifier.published).toEqual([]);
  });
});

describe("a daily budget", () => {
  /** A day for each test, since the table is the same. */
  let day = 0;

  beforeEach(() => {
    day += 1;
    nowMs = Date.UTC(2030, 0, day, 12);
    // Each job costs 0.06.
    daily = { usd: 0.13, timeZone: "UTC" };
  });

  it("lets the jobs beyond it wait for the next day, however many start at once", async () => {
    const uploads = Array.from({ length: 5 }, () => newUpload());
    const outcomes = await Promise.all(uploads.map((upload) => start(upload)));
    expect(outcomes.filter((outcome) => outcome === "started")).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === "over budget")).toHaveLength(3);
    expect(notifier.published).toEqual([]);

    const waiting = uploads.filter((_, index) => outcomes[index] === "over budget");
    expect(await rowOf(waiting[0] ?? newUpload())).toMatchObject({
      status: "SUBMITTED",
      source: source(),
      ticket: 2,
    });
    expect(await rowOf(waiting[0] ?? newUpload())).not.toHaveProperty("declines");
    day += 1;
    pass(24 * 3600 * 1000);
    const next = (upload: Upload) => start({ ...upload, ticket: 2 });
    expect((await Promise.all(waiting.map(next))).filter((outcome) => outcome === "started")).toHaveLength(2);
    // Their facts were in the rows.
    expect(transcoder.probed).toHaveLength(5);
  });

  it("counts a job once for all its attempts of a day", async () => {
    const upload = newUpload();
    transcoder.onSubmit = throttled;
    await start(upload);
    await start(retried(upload));
    transcoder.onSubmit = async () => "1-abc";
    expect(await start(retried(upload))).toBe("started");
    expect(await start(newUpload())).toBe("started");
    expect(await start(newUpload())).toBe("over budget");
  });

  it("gets back what a refused job had reserved", async () => {
    transcoder.onSubmit = async () => {
      throw new Refusal("JOB_REFUSED", "no");
    };
    await start(newUpload());
    await start(newUpload());
    transcoder.onSubmit = async () => "1-abc";
    expect(await start(newUpload())).toBe("started");
    expect(await start(newUpload())).toBe("started");
    expect(await start(newUpload())).toBe("over budget");
  });

  it("refuses a job that costs more than a whole day", async () => {
    daily = { usd: 0.05, timeZone: "UTC" };
    const upload = newUpload();
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({
      error: { code: "COST_TOO_HIGH", message: expect.stringContaining("DAILY_BUDGET_USD") },
    });
  });

  it("isn't exceeded by attempts that are killed anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.option(fc.nat({ max: 13 }), { nil: undefined }), { minLength: 4, maxLength: 8 }),
        async (scheduler, crashes) => {
          day += 1;
          nowMs = Date.UTC(2030, 0, day, 12);
          const mediaConvert = new SimulatedMediaConvert(() => nowMs, "COMPLETE");
          const uploads = crashes.map(() => newUpload());
          for (const round of [crashes, crashes.map(() => undefined)]) {
            const attempts = uploads.map((upload, index) => {
              const invocation = new Invocation(scheduler, round[index]);
              return startJob(upload, {
                jobs: invocation.seeing(jobs),
                notifier,
                sources,
                labels,
                retryLane,
                transcoder: invocation.seeing<SimulatedMediaConvert>(mediaConvert),
                budget: invocation.seeing(budget),
                // Each job costs 0.01.
                limits: { ...LIMITS, daily: { usd: 0.03, timeZone: "UTC" } },
                now: () => nowMs,
                remainingMs: () => TIMEOUT_MS,
              }).catch((error: unknown) => {
                if (!(error instanceof Crash)) throw error;
              });
            });
            await scheduler.waitFor(Promise.all(attempts).then(() => undefined));
            pass();
          }
          expect(mediaConvert.jobs.length).toBeLessThanOrEqual(3);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("an upload whose row is deleted", () => {
  const forget = (upload: ReturnType<typeof newUpload>) =>
    table.client.send(
      new DeleteItemCommand({ TableName: TABLE_NAME, Key: { jobId: { S: jobIdOf(upload) } } }),
    );

  it("fails before a job is paid for", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => {
      await forget(upload);
      return source();
    };
    await expect(start(upload)).rejects.toThrow("no row for job");
    expect(transcoder.orders).toEqual([]);
  });

  it("fails after its job has started", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async () => {
      await forget(upload);
      return "1-abc";
    };
    await expect(start(upload)).rejects.toThrow("no row for job");
  });

  it("fails when the video is refused", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => {
      await forget(upload);
      return refused();
    };
    await expect(start(upload)).rejects.toThrow("no row for job");
    expect(notifier.published).toEqual([]);
  });
});
