import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { DailyBudget } from "../../../lambdas/jobs/daily-budget";
import type { Captions, Job } from "../../../lambdas/jobs/job";
import type { StreamManifests } from "../../../lambdas/jobs/job-captions";
import { JobRepository } from "../../../lambdas/jobs/job-repository";
import type { OutputPictures } from "../../../lambdas/jobs/output-pictures";
import { recordEvent } from "../../../lambdas/jobs/record-event";
import { type MediaConvertEvent, mediaConvertEvent } from "../../../lambdas/transcoding/media-convert-event";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";
import { COMPLETE, eventOf } from "./media-convert-events";
import { MANIFESTS, PICTURES } from "./pictures";
import { RecordingNotifier } from "./recording-notifier";
import { sampleJob } from "./sample-job";

const NOW_MS = 1_700_000_000_999;

let table: TestTable;
let jobs: JobRepository;
let notifier: RecordingNotifier;
let budget: DailyBudget;
let pictures: OutputPictures;
let manifests: StreamManifests;

beforeAll(async () => {
  table = await startJobTable();
  jobs = new JobRepository(table.client, TABLE_NAME, () => NOW_MS);
  budget = new DailyBudget(table.client, TABLE_NAME);
});
afterAll(() => table.stop());
beforeEach(() => {
  notifier = new RecordingNotifier();
  pictures = PICTURES;
  manifests = MANIFESTS;
});

async function newJob(overrides: Partial<Job> = {}) {
  const job = sampleJob(overrides);
  await jobs.create(job);
  return job;
}

const record = (event: MediaConvertEvent, playbackDomain?: string) =>
  recordEvent(event, {
    jobs,
    notifier,
    budget,
    pictures,
    manifests,
    processedBucket: "processed",
    playbackDomain,
    now: () => NOW_MS,
  });

function progress(jobId: string, timestamp: number, jobPercentComplete: number) {
  return eventOf(jobId, { status: "STATUS_UPDATE", timestamp, jobProgress: { jobPercentComplete } });
}

describe("an event", () => {
  it("of progress is recorded and not announced", async () => {
    const { jobId } = await newJob();
    expect(await record(progress(jobId, 5, 7))).toEqual({ outcome: "recorded", announced: false });
    expect(await table.rowOf(jobId)).toMatchObject({
      status: "PROCESSING",
      progressPercent: 7,
      lastEventAt: 5,
      mediaConvertJobId: "1771852248480-6dv3gn",
    });
    expect(notifier.published).toEqual([]);
  });

  it("of the end is announced once", async () => {
    const { jobId } = await newJob();
    expect(await record(eventOf(jobId, COMPLETE))).toMatchObject({
      outcome: "recorded",
      announced: true,
      ended: { jobId, status: "COMPLETE" },
    });
    expect(await record(eventOf(jobId, COMPLETE))).toEqual({ outcome: "outdated", announced: false });
    expect(notifier.published).toMatchObject([{ jobId, status: "COMPLETE", durationMs: 15_940 }]);
    expect(await table.rowOf(jobId)).toMatchObject({ status: "COMPLETE", notifiedAt: 1_700_000_000 });
  });

  it("of the end of a job that stopped where its clip ends is announced with a warning", async () => {
    const { jobId } = await newJob({ clipEndSeconds: 16 });
    const CLIPPED = expect.stringMatching(/^The stream ends at 00:00:16, .* doesn't say how long it is\./);
    await record(eventOf(jobId, COMPLETE));
    expect(notifier.published).toMatchObject([{ jobId, warnings: { CLIPPED } }]);
    expect(await table.rowOf(jobId)).toMatchObject({ warnings: { CLIPPED } });
  });

  it("of the end of a job that ended before its clip has no such warning", async () => {
    const { jobId } = await newJob({ clipEndSeconds: 60 });
    await record(eventOf(jobId, COMPLETE));
    expect(notifier.published).toMatchObject([{ jobId, status: "COMPLETE", warnings: undefined }]);
  });

  it.each([
    [
      40,
      { SHORTENED: expect.stringMatching(/^The stream lasts 15\.94 s, the file 40 s\. Play the stream\./) },
    ],
    [20, undefined],
    [undefined, undefined],
  ])(
    "of the end of a stream of 16 s from a file of %s s is announced with the warnings %j",
    async (durationSeconds, warnings) => {
      const { jobId } = await newJob({ source: { durationSeconds } });
      await record(eventOf(jobId, COMPLETE));
      expect(notifier.published).toMatchObject([{ jobId, status: "COMPLETE", warnings }]);
    },
  );

  it("of the end is announced by its next delivery if publishing failed", async () => {
    const { jobId } = await newJob();
    notifier.failures = 1;
    await expect(record(eventOf(jobId, COMPLETE))).rejects.toThrow("SNS is out of order");
    expect(await record(eventOf(jobId, COMPLETE))).toEqual({ outcome: "outdated", announced: true });
    expect(notifier.published).toHaveLength(1);
  });

  it("of progress never announces an end", async () => {
    const { jobId } = await newJob({ status: "COMPLETE", sweep: "UNANNOUNCED" });
    await record(progress(jobId, 5, 90));
    expect(notifier.published).toEqual([]);
  });

  it.each([null, undefined, {}])("with user metadata %j isn't ours", async (userMetadata) => {
    expect(await record(eventOf("unused", { status: "COMPLETE", userMetadata }))).toEqual({
      outcome: "not ours",
      announced: false,
    });
  });

  it("without an effect needs no row", async () => {
    expect(await record(eventOf("no-such-job", { status: "QUEUE_HOP" }))).toEqual({
      outcome: "nothing to record",
      announced: false,
    });
  });

  it("of a warning names the job, for an attempt that looks for it", async () => {
    const { jobId } = await newJob();
    await record(eventOf(jobId, { status: "NEW_WARNING", warningCode: "1", warningMessage: "one" }));
    expect(await table.rowOf(jobId)).toMatchObject({ mediaConvertJobId: "1771852248480-6dv3gn" });
  });

  it("of the end needs nothing but the job's ids and its status", async () => {
    const { jobId } = await newJob();
    const event = mediaConvertEvent.parse({
      detail: { jobId: "1-a", status: "COMPLETE", userMetadata: { jobId } },
    });
    await record(event);
    expect(notifier.published).toMatchObject([
      { status: "COMPLETE", outputs: { hlsManifest: `s3://processed/${jobId}/main.m3u8` } },
    ]);
    expect(await table.rowOf(jobId)).toMatchObject({ lastEventAt: NOW_MS });
  });

  it.each([
    ["ERROR", true],
    ["COMPLETE", false],
    ["CANCELED", false],
  ])("of the end %s releases what the job reserved of the day's budget: %s", async (status, released) => {
    const reserved = { day: randomUUID(), usd: 1 };
    await budget.reserve(reserved, 1);
    const { jobId } = await newJob({ budget: reserved });
    await Promise.all([record(eventOf(jobId, { status })), record(eventOf(jobId, { status }))]);
    expect(await budget.reserve(reserved, 1)).toBe(released);
    expect(await budget.reserve(reserved, 1)).toBe(false);
  });

  it("of the end is announced with all warnings, including the texts of earlier ones", async () => {
    const { jobId } = await newJob();
    const warning = { status: "NEW_WARNING", warningCode: "1", warningMessage: "one" };
    expect(await record(eventOf(jobId, warning))).toEqual({ outcome: "recorded", announced: false });
    await record(eventOf(jobId, { ...COMPLETE, warnings: [{ code: 1 }, { code: 2 }] }));
    expect(notifier.published).toMatchObject([
      { warnings: { 1: "one", 2: expect.stringContaining("warning_codes") } },
    ]);
  });

  it.each([
    ["NEW_WARNING", "another job"],
    ["COMPLETE", "another job"],
    ["ERROR", "another job"],
    ["CANCELED", "another job"],
    ["PROGRESSING", "stray"],
    ["STATUS_UPDATE", "stray"],
  ])(
    "%s of a second MediaConvert job for the same upload changes and announces nothing: %s",
    async (status, outcome) => {
      const job = await newJob({ status: "PROCESSING", mediaConvertJobId: "the-first" });
      expect(await record(eventOf(job.jobId, { status }))).toEqual({ outcome, announced: false });
      expect(await table.rowOf(job.jobId)).toEqual(job);
      expect(notifier.published).toEqual([]);
    },
  );

  it.each(["NEW_WARNING", "PROGRESSING", "COMPLETE"])(
    "%s of a job whose row ended before it was submitted doesn't change the row",
    async (status) => {
      const job = await newJob({ status: "ERROR" });
      const outcome = status === "PROGRESSING" ? "stray" : "another job";
      expect(await record(eventOf(job.jobId, { status }))).toMatchObject({ outcome });
      expect(await table.rowOf(job.jobId)).toEqual(job);
    },
  );

  it.each(["STATUS_UPDATE", "NEW_WARNING", "COMPLETE"])(
    "%s of a job without a row throws, naming the job",
    async (status) => {
      await expect(record(eventOf("no-such-job", { status }))).rejects.toThrow("no-such-job");
      expect(notifier.published).toEqual([]);
    },
  );
});

describe("events in any order, some repeated", () => {
  const anyStatus = fc.constantFrom("PROGRESSING", "STATUS_UPDATE", "COMPLETE", "ERROR", "CANCELED");
  const anyDeliveries = fc.array(
    fc.record({ status: anyStatus, timestamp: fc.integer({ min: 1, max: 6 }) }),
    { minLength: 1, maxLength: 8 },
  );

  it("end the job in the first terminal status, announced once", async () => {
    await fc.assert(
      fc.asyncProperty(anyDeliveries, async (deliveries) => {
        const { jobId } = await newJob();
        notifier = new RecordingNotifier();
        for (const { status, timestamp } of deliveries) await record(eventOf(jobId, { status, timestamp }));

        const row = await table.rowOf(jobId);
        const ends = deliveries.map(({ status }) => status).filter((status) => !/^(PROG|STAT)/.test(status));
        expect(row?.status).toBe(ends[0] ?? "PROCESSING");
        expect(notifier.published.map(({ status }) => status)).toEqual(ends.slice(0, 1));
        expect(row?.notifiedAt).toBe(ends.length > 0 ? 1_700_000_000 : undefined);
        if (ends.length === 0) {
          expect(row?.lastEventAt).toBe(Math.max(...deliveries.map(({ timestamp }) => timestamp)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("announce the recorded end when delivered concurrently", async () => {
    const { jobId } = await newJob();
    await Promise.all([
      record(progress(jobId, 1, 10)),
      record(eventOf(jobId, { status: "ERROR", errorCode: 1010, errorMessage: "no" })),
      record(progress(jobId, 2, 20)),
      record(eventOf(jobId, { status: "CANCELED" })),
    ]);
    const row = await table.rowOf(jobId);
    expect(["ERROR", "CANCELED"]).toContain(row?.status);
    expect(new Set(notifier.published.map(({ status }) => status))).toEqual(new Set([row?.status]));
  });
});

describe("the storyboard", () => {
  const STORYBOARD = "s3://processed/j/main_storyboard.vtt";
  const failing: OutputPictures = {
    ...PICTURES,
    writeStoryboard: () => Promise.reject(Object.assign(new Error("Slow down."), { name: "SlowDown" })),
  };

  it("is in the row and the notification from the moment that the row says COMPLETE", async () => {
    const { jobId } = await newJob();
    const seen: unknown[] = [];
    pictures = {
      ...PICTURES,
      writeStoryboard: async (manifest) => {
        seen.push(manifest, (await table.rowOf(jobId))?.status);
        return PICTURES.writeStoryboard(manifest);
      },
    };
    await record(eventOf(jobId, COMPLETE));
    expect(seen).toEqual(["s3://processed/j/main.m3u8", "SUBMITTED"]);
    expect(notifier.published).toMatchObject([{ outputs: { storyboard: STORYBOARD }, warnings: undefined }]);
  });

  it("that can't be written costs no COMPLETE: the event fails, and its next delivery announces both", async () => {
    const { jobId } = await newJob();
    pictures = failing;
    expect(await record(eventOf(jobId, COMPLETE))).toMatchObject({
      outcome: "recorded",
      announced: false,
      ended: { status: "COMPLETE" },
      failure: { name: "SlowDown" },
    });
    expect(await table.rowOf(jobId)).toMatchObject({
      status: "COMPLETE",
      sweep: "UNANNOUNCED",
      warnings: { STORYBOARD_MISSING: expect.stringContaining("couldn't be written (SlowDown)") },
    });

    pictures = PICTURES;
    manifests = MANIFESTS;
    expect(await record(eventOf(jobId, COMPLETE))).toEqual({ outcome: "outdated", announced: true });
    expect(notifier.published).toMatchObject([{ outputs: { storyboard: STORYBOARD }, warnings: {} }]);
    expect(await table.rowOf(jobId)).toMatchObject({ warnings: {}, outputs: { storyboard: STORYBOARD } });
  });

  it("gets its playback URL also from a later delivery", async () => {
    const { jobId } = await newJob();
    pictures = failing;
    await record(eventOf(jobId, COMPLETE), "video.example.com");
    pictures = PICTURES;
    manifests = MANIFESTS;
    await record(eventOf(jobId, COMPLETE), "video.example.com");
    expect(await table.rowOf(jobId)).toMatchObject({
      playback: { storyboard: "https://video.example.com/j/main_storyboard.vtt" },
    });
  });

  it("that MediaConvert wrote no thumbnails for is a warning, and the job is announced", async () => {
    const { jobId } = await newJob();
    pictures = { ...PICTURES, writeStoryboard: async () => undefined };
    expect(await record(eventOf(jobId, COMPLETE))).toMatchObject({ announced: true });
    const STORYBOARD_MISSING = expect.stringContaining("MediaConvert listed no thumbnails for it");
    expect(notifier.published).toMatchObject([{ status: "COMPLETE", warnings: { STORYBOARD_MISSING } }]);
  });

  it("is written once, however often the event is delivered", async () => {
    const { jobId } = await newJob();
    await record(eventOf(jobId, COMPLETE));
    const row = await table.rowOf(jobId);
    pictures = failing;
    expect(await record(eventOf(jobId, COMPLETE))).toEqual({ outcome: "outdated", announced: false });
    expect(await table.rowOf(jobId)).toEqual(row);
  });

  it.each(["ERROR", "CANCELED", "PROGRESSING"])("isn't looked for at %s", async (status) => {
    const { jobId } = await newJob();
    pictures = failing;
    expect(await record(eventOf(jobId, { status }))).toMatchObject({ outcome: "recorded" });
  });
});

describe("a poster that an operator chose", () => {
  it("stays when the event of the end is delivered again", async () => {
    const { jobId } = await newJob();
    await record(eventOf(jobId, COMPLETE), "video.example.com");
    const job = await jobs.find(jobId);
    if (!job) throw new Error("The job has no row.");
    await jobs.choosePoster(job, "s3://thumbnails/j/main_thumb.0000005.jpg", 10);
    const chosen = await table.rowOf(jobId);
    expect(chosen).toMatchObject({
      outputs: { ...job.outputs, poster: "s3://thumbnails/j/main_thumb.0000005.jpg" },
      playback: { poster: "https://video.example.com/j/main_thumb.0000005.jpg" },
      posterChoice: { seconds: 10, chosenAt: 1_700_000_000 },
    });
    expect(await record(eventOf(jobId, COMPLETE))).toEqual({ outcome: "outdated", announced: false });
    expect(await table.rowOf(jobId)).toEqual(chosen);
  });

  it("is recorded for a COMPLETE job only", async () => {
    const job = await newJob({ status: "PROCESSING" });
    await jobs.choosePoster(job, "s3://thumbnails/j/main_thumb.0000005.jpg", 10);
    expect(await table.rowOf(job.jobId)).toEqual(job);
  });
});

describe("the end of a job with captions", () => {
  const stream = {
    packaging: "hls",
    renditions: [],
    audio: [],
    captions: [{ language: "ja", kind: "forced" }],
  } as const;
  const captions: Captions[] = [
    {
      ...{ language: "ja", kind: "forced", name: "日本語 (forced)" },
      playlist: "s3://processed/j/main_captions_ja-forced.m3u8",
    },
  ];
  const job = () =>
    newJob({ stream: { ...stream, renditions: [], audio: [], captions: [...stream.captions] } });

  it("marks them in the manifest before the row and the notification name them", async () => {
    const shown: unknown[] = [];
    manifests = {
      showCaptions: async (urls, captionsNow) => {
        expect(await jobs.find(jobId)).toMatchObject({ status: "SUBMITTED" });
        shown.push(urls, await captionsNow());
      },
    };
    const { jobId } = await job();
    await record(eventOf(jobId, COMPLETE));
    expect(shown).toEqual([{ hlsManifest: "s3://processed/j/main.m3u8", dashManifest: undefined }, captions]);
    expect(await table.rowOf(jobId)).toMatchObject({ status: "COMPLETE", outputs: { captions } });
    expect(notifier.published[0]?.outputs).toMatchObject({ captions });
  });

  it("leaves those alone that were added since, if it is delivered again", async () => {
    const { jobId } = await job();
    await record(eventOf(jobId, COMPLETE));
    const row = await jobs.find(jobId);
    const track = { language: "en", kind: "subtitles" } as const;
    const added = { ...track, name: "English", playlist: "s3://processed/j/captions/en.m3u8" };
    if (row) await jobs.replaceCaptions(row, [...captions, added], { track, action: "added" });
    const shown: unknown[] = [];
    manifests = { showCaptions: async (_, captionsNow) => void shown.push(await captionsNow()) };
    await record(eventOf(jobId, COMPLETE));
    expect(shown).toEqual([[...captions, added]]);
  });

  it("is recorded but not announced while the manifest can't be written", async () => {
    manifests = { showCaptions: () => Promise.reject(new Error("503")) };
    const { jobId } = await job();
    expect(await record(eventOf(jobId, COMPLETE))).toMatchObject({
      ...{ outcome: "recorded", announced: false },
      failure: new Error("503"),
    });
    manifests = MANIFESTS;
    expect(await record(eventOf(jobId, COMPLETE))).toMatchObject({ announced: true });
  });
});
