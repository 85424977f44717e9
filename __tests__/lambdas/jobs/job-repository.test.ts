import type { Job, JobStatus } from "../../../lambdas/jobs/job";
import { JobRepository, type Transition } from "../../../lambdas/jobs/job-repository";
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
  claimAttempt: (jobId) => jobs.claimAttempt(jobId, 2),
  recordPlan: (jobId) => jobs.recordPlan(jobId, { estimatedCostUsd: 1 }),
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
    claimAttempt: { from: ["SUBMITTED"] },
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
      announcement: "PENDING",
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

describe("recordStart", () => {
  it("moves a SUBMITTED job to PROCESSING and names its MediaConvert job", async () => {
    const { jobId } = await created();
    expect(await jobs.recordStart(jobId, "1-a")).toMatchObject({
      status: "PROCESSING",
      mediaConvertJobId: "1-a",
    });
  });

  it.each(["PROCESSING", "COMPLETE"] as const)("keeps the status %s of an earlier event", async (status) => {
    const { jobId } = await created({ status });
    expect(await jobs.recordStart(jobId, "1-a")).toMatchObject({ status, mediaConvertJobId: "1-a" });
  });

  it("keeps the first MediaConvert job", async () => {
    const { jobId } = await created();
    await jobs.recordStart(jobId, "1-a");
    expect(await jobs.recordStart(jobId, "2-b")).toMatchObject({ mediaConvertJobId: "1-a" });
  });
});

describe("addFindings", () => {
  it("adds the known findings to a row without any", async () => {
    const { jobId } = await created();
    const findings = { source: { videoCodec: "H_264", audioCodec: undefined }, warnings: undefined };
    const row = await jobs.addFindings(jobId, "1-a", findings);
    expect(row.source).toEqual({ videoCodec: "H_264" });
    expect(row).not.toHaveProperty("warnings");
    expect(await table.rowOf(jobId)).toEqual(row);
  });

  it("never replaces what the row has", async () => {
    const { jobId } = await created({ source: { videoCodec: "AVC", durationSeconds: 3 } });
    const row = await jobs.addFindings(jobId, "1-a", { source: { videoCodec: "H_264", frameRate: 25 } });
    expect(row.source).toEqual({ videoCodec: "AVC", durationSeconds: 3, frameRate: 25 });
  });

  it("loses nothing to concurrent calls", async () => {
    const { jobId } = await created();
    const codes = ["1", "2", "3", "4", "5"];
    await Promise.all(codes.map((code) => jobs.addFindings(jobId, "1-a", { warnings: { [code]: code } })));
    expect(Object.keys((await jobs.find(jobId))?.warnings ?? {}).sort()).toEqual(codes);
  });

  it("adds nothing of another MediaConvert job than the row's", async () => {
    const job = await created({ mediaConvertJobId: "1-a", warnings: { 1: "one" } });
    const findings = { warnings: { 2: "two" }, source: { frameRate: 25 } };
    expect(await jobs.addFindings(job.jobId, "2-b", findings)).toEqual(job);
  });

  it("throws for a job without a row", async () => {
    await expect(jobs.addFindings("none", "1-a", { warnings: { 1: "one" } })).rejects.toThrow("no row");
    expect(await table.rowOf("none")).toBeUndefined();
  });
});

async function allOf(ids: AsyncIterable<string>) {
  const all: string[] = [];
  for await (const id of ids) all.push(id);
  return all;
}

describe("a list of ids", () => {
  it("has the idle jobs of a status, oldest first, from any number of pages", async () => {
    // A page ends at 1 MB, after about five rows of this size.
    const inputFile = "x".repeat(200_000);
    const idle = [];
    for (const createdAt of [7, 3, 5, 2, 6, 4, 1]) {
      idle.push(await created({ status: "PROCESSING", createdAt, updatedAt: createdAt, inputFile }));
    }
    const { jobId: touched } = await created({ status: "PROCESSING", createdAt: 1, updatedAt: 1 });
    await jobs.touch(touched);
    await created({ status: "SUBMITTED", createdAt: 1, updatedAt: 1 });
    const expected = idle.toSorted((a, b) => a.createdAt - b.createdAt).map(({ jobId }) => jobId);
    expect(await allOf(jobs.idleIds("PROCESSING", 10))).toEqual(expected);
  });

  it("has the jobs whose end isn't announced", async () => {
    const announced = await created();
    const unannounced = await created();
    await jobs.refuse(announced.jobId, ERROR);
    await jobs.refuse(unannounced.jobId, ERROR);
    await jobs.markAnnounced(announced.jobId);
    const ids = await allOf(jobs.unannouncedIds());
    expect(ids).toContain(unannounced.jobId);
    expect(ids).not.toContain(announced.jobId);
    expect(await table.rowOf(announced.jobId)).toMatchObject({ notifiedAt: NOW_SECONDS });
  });

  it.each(["touch", "markAnnounced"] as const)("gets no row from %s of an unknown job", async (mark) => {
    await jobs[mark]("nobody");
    expect(await table.rowOf("nobody")).toBeUndefined();
  });
});
