import type { Job, JobStatus } from "../../../lambdas/jobs/job";
import { JobRepository, type Transition } from "../../../lambdas/jobs/job-repository";
import { textOfCode } from "../../../lambdas/jobs/media-convert-warnings";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";
import { sampleJob } from "./sample-job";

const NOW_MS = 1_700_000_123_456;
const NOW_SECONDS = 1_700_000_123;

let table: TestTable;
let jobs: JobRepository;

beforeAll(async () => {
  table = await startJobTable();
  jobs = new JobRepository(table.client, TABLE_NAME, () => NOW_MS);
});
afterAll(() => table.stop());

async function created(overrides: Partial<Job> = {}) {
  const job = sampleJob(overrides);
  await jobs.create(job);
  return job;
}

const ERROR = { code: "EMPTY_SOURCE", message: "It has 0 bytes." };

type Transit = (jobId: string) => Promise<Transition>;
const transitions: Record<string, Transit> = {
  beginAttempt: (jobId) => jobs.beginAttempt(sampleJob({ jobId }), { ticket: 2, expiresAt: NOW_MS + 1 }),
  recordPlan: (jobId) => jobs.recordPlan(jobId, 1, { estimatedCostUsd: 1 }),
  refuse: (jobId) => jobs.refuse(jobId, ERROR),
  recordProgress: (jobId) => jobs.recordProgress(jobId, "1-a", { lastEventAt: 5, progressPercent: 7 }),
  "finish as COMPLETE": (jobId) => jobs.finish(jobId, "1-a", { status: "COMPLETE" }),
  "finish as ERROR": (jobId) => jobs.finish(jobId, "1-a", { status: "ERROR", error: ERROR }),
  "finish as CANCELED": (jobId) => jobs.finish(jobId, "1-a", { status: "CANCELED" }),
};

describe("create", () => {
  it("writes the job without its undefined members", async () => {
    const job = sampleJob({ inputVersionId: undefined });
    expect(await jobs.create(job)).toBeUndefined();
    const { inputVersionId, ...present } = job;
    expect(await table.rowOf(job.jobId)).toEqual(present);
  });

  it("returns an existing row and leaves it unchanged", async () => {
    const first = await created({ status: "PROCESSING" });
    expect(await jobs.create({ ...first, status: "SUBMITTED", fileSize: 5 })).toEqual(first);
    expect(await table.rowOf(first.jobId)).toEqual(first);
  });

  it("succeeds once among concurrent calls", async () => {
    const job = sampleJob();
    const results = await Promise.all(Array.from({ length: 8 }, () => jobs.create(job)));
    expect(results.filter((existing) => existing === undefined)).toHaveLength(1);
  });
});

describe("a transition", () => {
  const leaves: Record<string, { from: JobStatus[]; to?: JobStatus }> = {
    beginAttempt: { from: ["SUBMITTED"] },
    recordPlan: { from: ["SUBMITTED"] },
    refuse: { from: ["SUBMITTED"], to: "ERROR" },
    recordProgress: { from: ["SUBMITTED", "PROCESSING"], to: "PROCESSING" },
    "finish as COMPLETE": { from: ["SUBMITTED", "PROCESSING"], to: "COMPLETE" },
    "finish as ERROR": { from: ["SUBMITTED", "PROCESSING"], to: "ERROR" },
    "finish as CANCELED": { from: ["SUBMITTED", "PROCESSING"], to: "CANCELED" },
  };
  const every = (["SUBMITTED", "PROCESSING", "COMPLETE", "ERROR", "CANCELED"] as const).flatMap((status) =>
    Object.entries(leaves).map(([name, { from, to }]) => {
      const applied = from.includes(status);
      return { name, status, applied, after: applied ? (to ?? status) : status };
    }),
  );

  it.each(every)("$name from $status is applied: $applied", async ({ name, status, applied, after }) => {
    const { jobId } = await created({ status });
    expect(await transitions[name]?.(jobId)).toMatchObject({ applied, job: { status: after } });
    expect(await table.rowOf(jobId)).toMatchObject({ status: after });
  });

  it.each(Object.entries(transitions))("%s throws for a job without a row", async (_, transit) => {
    await expect(transit("no-such-job")).rejects.toThrow("no row for job no-such-job");
    expect(await table.rowOf("no-such-job")).toBeUndefined();
  });

  it.each(Object.entries(transitions).filter(([name]) => /recordProgress|finish/.test(name)))(
    "%s is denied to another MediaConvert job than the row's",
    async (_, transit) => {
      const job = await created({ mediaConvertJobId: "2-b" });
      expect(await transit(job.jobId)).toEqual({ applied: false, job });
    },
  );

  it("records its values, the MediaConvert job and the time in epoch seconds", async () => {
    const job = await created({ phase: "UPLOADING" });
    const outputs = { hlsManifest: "s3://p/m.m3u8" };
    const { job: ended } = await jobs.finish(job.jobId, "1-a", {
      status: "COMPLETE",
      progressPercent: 100,
      durationMs: undefined,
      outputs: { ...outputs, poster: undefined },
    });
    const { phase, ...rest } = job;
    expect(ended).toEqual({
      ...rest,
      status: "COMPLETE",
      mediaConvertJobId: "1-a",
      progressPercent: 100,
      outputs,
      updatedAt: NOW_SECONDS,
      sweep: "UNANNOUNCED",
      lookedAt: NOW_SECONDS,
    });
    expect(await table.rowOf(job.jobId)).toEqual(ended);
  });

  it("keeps an attribute whose new value is undefined", async () => {
    const { jobId } = await created({ progressPercent: 40 });
    await jobs.recordProgress(jobId, "1-a", { lastEventAt: 5, progressPercent: undefined });
    expect(await table.rowOf(jobId)).toMatchObject({ progressPercent: 40 });
  });

  it("throws the table's own errors", async () => {
    const noTable = new JobRepository(table.client, "no-such-table");
    await expect(noTable.create(sampleJob())).rejects.toThrow("resource not found");
    await expect(noTable.refuse("j", ERROR)).rejects.toThrow("resource not found");
  });
});

describe("recordProgress", () => {
  it.each([
    [undefined, true],
    [4, true],
    [5, false],
    [6, false],
  ])("after an event at %s is applied to one at 5: %s", async (lastEventAt, applied) => {
    const { jobId } = await created({ lastEventAt });
    expect(await jobs.recordProgress(jobId, "1-a", { lastEventAt: 5 })).toMatchObject({ applied });
  });
});

describe("the row of an ended job", () => {
  it.each([
    ["refuse", (repository: JobRepository, jobId: string) => repository.refuse(jobId, ERROR)],
    [
      "finish",
      (repository: JobRepository, jobId: string) => repository.finish(jobId, "1-a", { status: "COMPLETE" }),
    ],
  ])("expires after the retention: %s", async (_, end) => {
    const { jobId } = await created();
    await end(new JobRepository(table.client, TABLE_NAME, () => NOW_MS, 90), jobId);
    expect(await table.rowOf(jobId)).toMatchObject({ expiresAt: NOW_SECONDS + 90 * 86_400 });
  });
});

describe("beginAttempt", () => {
  it.each([
    ["the newest ticket", { ticket: 5 }, true],
    ["a newer ticket", { ticket: 4 }, true],
    ["an older ticket", { ticket: 6 }, false],
    ["an earlier attempt that may still be running", { attemptExpiresAt: NOW_MS }, false],
    ["an earlier attempt that was killed", { attemptExpiresAt: NOW_MS - 1 }, true],
  ])("with %s is applied: %j, %s", async (_, row, applied) => {
    const job = await created(row);
    const began = await jobs.beginAttempt(job, { ticket: 5, expiresAt: NOW_MS + 60_000 });
    expect(began).toMatchObject({ applied });
    if (applied)
      expect(began.job).toMatchObject({ ticket: 5, attemptExpiresAt: NOW_MS + 60_000, attempts: 1 });
  });

  it("is applied once among concurrent calls", async () => {
    const job = await created();
    const attempt = { ticket: 1, expiresAt: NOW_MS + 60_000 };
    const began = await Promise.all(Array.from({ length: 8 }, () => jobs.beginAttempt(job, attempt)));
    expect(began.filter(({ applied }) => applied)).toHaveLength(1);
  });
});

describe("an attempt that a newer one has overtaken", () => {
  it("records no plan, no end and no postponement", async () => {
    const job = await created({ ticket: 2, attemptExpiresAt: NOW_MS });
    expect(await jobs.recordPlan(job.jobId, 1, { estimatedCostUsd: 1 })).toEqual({ applied: false, job });
    await jobs.endAttempt(job.jobId, 1);
    await jobs.recordPostponement(job, 1, "declined");
    expect(await table.rowOf(job.jobId)).toEqual(job);
  });
});

describe("recordPostponement", () => {
  const running = { ticket: 3, attemptExpiresAt: NOW_MS, submittingAt: 5, declines: 1 };

  it.each([
    ["declined", { ticket: 4, declines: 2 }],
    ["unknown", { ticket: 4, declines: 2, submittingAt: 5 }],
    ["waiting", { ticket: 4, declines: 1, submittingAt: 5 }],
  ] as const)("of an attempt that is %s ends it with the next ticket", async (outcome, expected) => {
    const job = await created(running);
    await jobs.recordPostponement(job, 3, outcome);
    const { ticket, attemptExpiresAt, submittingAt, declines, ...rest } = job;
    expect(await table.rowOf(job.jobId)).toEqual({ ...rest, ...expected, updatedAt: NOW_SECONDS });
  });
});

describe("recordStart", () => {
  it("moves a SUBMITTED job to PROCESSING and names its MediaConvert job", async () => {
    const { jobId } = await created();
    expect(await jobs.recordStart(jobId, "1-a")).toMatchObject({
      applied: true,
      job: { status: "PROCESSING", mediaConvertJobId: "1-a", startedAt: NOW_SECONDS },
    });
  });

  it.each(["PROCESSING", "COMPLETE"] as const)("keeps the status %s of an earlier event", async (status) => {
    const { jobId } = await created({ status, mediaConvertJobId: "1-a" });
    expect(await jobs.recordStart(jobId, "1-a")).toMatchObject({
      applied: true,
      job: { status, mediaConvertJobId: "1-a" },
    });
  });

  it("keeps the first MediaConvert job", async () => {
    const { jobId } = await created();
    await jobs.recordStart(jobId, "1-a");
    expect(await jobs.recordStart(jobId, "2-b")).toMatchObject({
      applied: false,
      job: { mediaConvertJobId: "1-a" },
    });
  });

  it("names no job in a row that ended without one", async () => {
    const { jobId } = await created({ status: "ERROR" });
    expect(await jobs.recordStart(jobId, "1-a")).toMatchObject({ applied: false });
    expect(await table.rowOf(jobId)).not.toHaveProperty("mediaConvertJobId");
  });

  it("is applied once among concurrent calls", async () => {
    const { jobId } = await created();
    const starts = await Promise.all(Array.from({ length: 8 }, () => jobs.recordStart(jobId, "1-a")));
    expect(starts.filter(({ applied }) => applied)).toHaveLength(1);
  });
});

describe("addWarnings", () => {
  it("adds warnings to a row without any, and names the MediaConvert job", async () => {
    const { jobId } = await created();
    const row = await jobs.addWarnings(jobId, "1-a", { 1: "one" });
    expect(row).toMatchObject({ warnings: { 1: "one" }, mediaConvertJobId: "1-a" });
    expect(await table.rowOf(jobId)).toEqual(row);
  });

  it.each([
    ["the meaning of a code", textOfCode("1"), "the text", "the text"],
    ["a text", "the text", textOfCode("1"), "the text"],
  ])("after %s keeps MediaConvert's text", async (_, first, second, kept) => {
    const { jobId } = await created();
    await jobs.addWarnings(jobId, "1-a", { 1: first });
    const { warnings } = await jobs.addWarnings(jobId, "1-a", { 1: second });
    expect(warnings).toEqual({ 1: kept });
  });

  it("loses nothing to concurrent calls", async () => {
    const { jobId } = await created();
    const codes = ["1", "2", "3", "4", "5"];
    await Promise.all(codes.map((code) => jobs.addWarnings(jobId, "1-a", { [code]: code })));
    expect(Object.keys((await jobs.find(jobId))?.warnings ?? {}).sort()).toEqual(codes);
  });

  it.each([
    ["names another MediaConvert job", { mediaConvertJobId: "1-a", warnings: { 1: "one" } }],
    ["ended without one", { status: "ERROR" }],
  ] as const)("adds nothing to a row that %s", async (_, row) => {
    const job = await created(row);
    expect(await jobs.addWarnings(job.jobId, "2-b", { 2: "two" })).toEqual(job);
  });

  it("throws for a job without a row", async () => {
    await expect(jobs.addWarnings("none", "1-a", { 1: "one" })).rejects.toThrow("no row");
    expect(await table.rowOf("none")).toBeUndefined();
  });
});

async function allOf(ids: AsyncIterable<string>) {
  const all: string[] = [];
  for await (const id of ids) all.push(id);
  return all;
}

describe("replaceCaptions", () => {
  const JAPANESE = {
    language: "ja",
    kind: "subtitles",
    name: "日本語",
    playlist: "s3://processed/j/ja.m3u8",
  } as const;
  const change = { track: JAPANESE, action: "added" } as const;

  it("records the captions, their URLs for viewers and the change", async () => {
    const outputs = { hlsManifest: "s3://processed/j/main.m3u8", poster: "s3://thumbnails/j/p.jpg" };
    const playback = { hlsManifest: "https://video.example.com/j/main.m3u8" };
    const job = await created({ status: "COMPLETE", outputs, playback });
    const { applied, job: row } = await jobs.replaceCaptions(job, [JAPANESE], change);
    expect({ applied, row }).toEqual({
      applied: true,
      row: {
        ...job,
        outputs: { ...outputs, captions: [JAPANESE] },
        playback: {
          ...playback,
          captions: [{ ...JAPANESE, playlist: "https://video.example.com/j/ja.m3u8" }],
        },
        captionChanges: { ja: { at: NOW_SECONDS, action: "added" } },
        captionRevision: 1,
        updatedAt: NOW_SECONDS,
      },
    });
    const removed = await jobs.replaceCaptions(row, [], { track: JAPANESE, action: "removed" });
    expect(removed.job).toMatchObject({ outputs: { captions: [] }, captionRevision: 2 });
  });

  it("is applied once among those that read the same row", async () => {
    const job = await created({ status: "COMPLETE", outputs: {} });
    const changes = await Promise.all([1, 2, 3].map(() => jobs.replaceCaptions(job, [JAPANESE], change)));
    expect(changes.filter(({ applied }) => applied)).toHaveLength(1);
  });

  it("isn't applied to a job without a stream", async () => {
    const job = await created({ status: "PROCESSING" });
    expect(await jobs.replaceCaptions(job, [JAPANESE], change)).toEqual({ applied: false, job });
  });
});

describe("the jobs for a sweep", () => {
  it("are the unchecked ones, the one that has waited longest first, from any number of pages", async () => {
    // A page ends at 1 MB of keys.
    const made = await Promise.all(
      [7, 3, 5, 2, 6, 4, 1].map((lookedAt) => created({ status: "PROCESSING", lookedAt })),
    );
    const expected = made
      .toSorted((a, b) => Number(a.lookedAt) - Number(b.lookedAt))
      .map(({ jobId }) => jobId);
    expect(await allOf(jobs.unchecked("UNFINISHED", 8))).toEqual(expected);
    expect(await allOf(jobs.unchecked("UNFINISHED", 4))).toEqual(expected.slice(0, 3));

    await jobs.recordLook(expected[0] ?? "");
    expect(await allOf(jobs.unchecked("UNFINISHED", 8))).toEqual(expected.slice(1));
  });

  it("don't change their place when they make progress", async () => {
    const { jobId, lookedAt } = await created();
    await jobs.recordProgress(jobId, "1-a", { lastEventAt: 5 });
    expect(await table.rowOf(jobId)).toMatchObject({ sweep: "UNFINISHED", lookedAt });
  });

  it("are the jobs whose end isn't announced", async () => {
    const announced = await created();
    const unannounced = await created();
    await jobs.refuse(announced.jobId, ERROR);
    await jobs.refuse(unannounced.jobId, ERROR);
    await jobs.markAnnounced(announced.jobId);
    const ids = await allOf(jobs.unchecked("UNANNOUNCED", NOW_SECONDS + 1));
    expect(ids).toContain(unannounced.jobId);
    expect(ids).not.toContain(announced.jobId);
    expect(await table.rowOf(announced.jobId)).toMatchObject({ notifiedAt: NOW_SECONDS });
  });

  it.each(["recordLook", "markAnnounced"] as const)("get no row from %s of an unknown job", async (mark) => {
    await jobs[mark]("nobody");
    expect(await table.rowOf("nobody")).toBeUndefined();
  });
});

it("oldestWaiting is when the oldest SUBMITTED job was created", async () => {
  await created({ status: "PROCESSING", createdAt: 1 });
  await created({ createdAt: 3 });
  await created({ createdAt: 2 });
  expect(await jobs.oldestWaiting()).toBe(2);
});
