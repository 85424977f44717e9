import { DynamoJobRepository } from "../../../lambdas/jobs/dynamo-job-repository";
import type { JobStatus } from "../../../lambdas/jobs/job";
import type { JobChange } from "../../../lambdas/jobs/job-state";
import { type JobTable, startJobTable, TABLE_NAME } from "../job-table";
import { sampleJob } from "./sample-job";

const NOW_MS = 1_700_000_123_456;

let table: JobTable;
let jobs: DynamoJobRepository;

beforeAll(async () => {
  table = await startJobTable();
  jobs = new DynamoJobRepository(table.client, TABLE_NAME, () => NOW_MS);
});
afterAll(() => table.stop());

async function created(overrides: Parameters<typeof sampleJob>[0] = {}) {
  const job = sampleJob(overrides);
  await jobs.create(job);
  return job;
}

describe("creating a row", () => {
  it("writes the job without the fields that it doesn't have", async () => {
    const job = sampleJob({ inputVersionId: undefined });
    expect(await jobs.create(job)).toBeUndefined();
    const { inputVersionId, ...present } = job;
    expect(await table.rowOf(job.jobId)).toEqual(present);
  });

  it("leaves an existing row as it is and returns it", async () => {
    const first = await created({ status: "PROCESSING" });
    expect(await jobs.create({ ...first, status: "SUBMITTED", fileSize: 5 })).toEqual(first);
    expect(await table.rowOf(first.jobId)).toEqual(first);
  });

  it("succeeds once when many try at the same time", async () => {
    const job = sampleJob();
    const results = await Promise.all(Array.from({ length: 8 }, () => jobs.create(job)));
    expect(results.filter((existing) => existing === undefined)).toHaveLength(1);
  });
});

describe("changing a row", () => {
  it("sets fields, clears fields and notes the time in epoch seconds", async () => {
    const job = await created({ phase: "UPLOADING" });
    const { applied, job: changed } = await jobs.change(job.jobId, {
      status: "COMPLETE",
      set: { progressPercent: 100, outputs: { hlsManifest: "s3://p/m.m3u8", poster: undefined } },
      clear: ["phase"],
    });
    const { phase, ...rest } = job;
    const expected = {
      ...rest,
      status: "COMPLETE",
      progressPercent: 100,
      outputs: { hlsManifest: "s3://p/m.m3u8" },
      updatedAt: 1_700_000_123,
      announcement: "PENDING",
    };
    expect(applied).toBe(true);
    expect(changed).toEqual(expected);
    expect(await table.rowOf(job.jobId)).toEqual(expected);
  });

  it("keeps a field whose new value is unknown", async () => {
    const job = await created({ progressPercent: 40 });
    await jobs.change(job.jobId, { status: "PROCESSING", set: { progressPercent: undefined } });
    expect(await table.rowOf(job.jobId)).toMatchObject({ progressPercent: 40 });
  });

  it("keeps the first MediaConvert job that the row names", async () => {
    const job = await created();
    await jobs.change(job.jobId, { mediaConvertJobId: "first" });
    const { job: changed } = await jobs.change(job.jobId, { mediaConvertJobId: "second" });
    expect(changed).toMatchObject({ mediaConvertJobId: "first" });
  });

  it("doesn't make a row for an unknown job", async () => {
    const change: JobChange = { set: { progressPercent: 1 } };
    expect(await jobs.change("nobody", change)).toEqual({ applied: false, job: undefined });
    expect(await table.rowOf("nobody")).toBeUndefined();
  });
});

describe("a job's status", () => {
  const allowed: [JobStatus, JobStatus][] = [
    ["SUBMITTED", "PROCESSING"],
    ["SUBMITTED", "COMPLETE"],
    ["SUBMITTED", "ERROR"],
    ["SUBMITTED", "CANCELED"],
    ["PROCESSING", "PROCESSING"],
    ["PROCESSING", "COMPLETE"],
    ["PROCESSING", "ERROR"],
    ["PROCESSING", "CANCELED"],
  ];
  const statuses: JobStatus[] = ["PROCESSING", "COMPLETE", "ERROR", "CANCELED"];
  const every = (["SUBMITTED", ...statuses] as const).flatMap((from) =>
    statuses.map((to) => ({ from, to, may: allowed.some(([a, b]) => a === from && b === to) })),
  );

  it.each(every)("may go from $from to $to: $may", async ({ from, to, may }) => {
    const job = await created({ status: from });
    const { applied, job: after } = await jobs.change(job.jobId, { status: to });
    expect(applied).toBe(may);
    expect(after?.status).toBe(may ? to : from);
  });

  it("can be guarded more narrowly", async () => {
    const job = await created({ status: "PROCESSING" });
    const change: JobChange = { status: "PROCESSING", onlyFrom: "SUBMITTED" };
    expect(await jobs.change(job.jobId, change)).toEqual({ applied: false, job });
  });

  it.each([
    { last: undefined, at: 5, applies: true },
    { last: 4, at: 5, applies: true },
    { last: 5, at: 5, applies: false },
    { last: 6, at: 5, applies: false },
  ])("after an event of time $last, one of time $at applies: $applies", async ({ last, at, applies }) => {
    const job = await created({ lastEventAt: last });
    const { applied } = await jobs.change(job.jobId, { status: "PROCESSING", newerThanLastEvent: at });
    expect(applied).toBe(applies);
  });
});

describe("a row that a MediaConvert job changes", () => {
  const progress = { status: "PROCESSING", onlyIfItsJob: true } as const;

  it.each([undefined, "1-a"])("lets it if the row names %s", async (mediaConvertJobId) => {
    const { jobId } = await created({ mediaConvertJobId });
    expect(await jobs.change(jobId, { ...progress, mediaConvertJobId: "1-a" })).toMatchObject({
      applied: true,
      job: { status: "PROCESSING", mediaConvertJobId: "1-a" },
    });
  });

  it("refuses another job than the one it names", async () => {
    const { jobId } = await created({ mediaConvertJobId: "1-a" });
    expect(await jobs.change(jobId, { ...progress, mediaConvertJobId: "2-b" })).toMatchObject({
      applied: false,
      job: { status: "SUBMITTED", mediaConvertJobId: "1-a" },
    });
  });
});

describe("findings", () => {
  it("go where there are none, and stay", async () => {
    const { jobId } = await created();
    const findings = { source: { videoCodec: "H_264", audioCodec: undefined }, warnings: undefined };
    const row = await jobs.addFindings(jobId, "1-a", findings);
    expect(row?.source).toEqual({ videoCodec: "H_264" });
    expect(row).not.toHaveProperty("warnings");
    expect(await table.rowOf(jobId)).toEqual(row);
  });

  it("never replace what the row has", async () => {
    const { jobId } = await created({ source: { videoCodec: "AVC", durationSeconds: 3 } });
    const row = await jobs.addFindings(jobId, "1-a", { source: { videoCodec: "H_264", frameRate: 25 } });
    expect(row?.source).toEqual({ videoCodec: "AVC", durationSeconds: 3, frameRate: 25 });
  });

  it("add up when they come at the same time", async () => {
    const { jobId } = await created();
    const codes = ["1", "2", "3", "4", "5"];
    await Promise.all(codes.map((code) => jobs.addFindings(jobId, "1-a", { warnings: { [code]: code } })));
    expect(Object.keys((await jobs.find(jobId))?.warnings ?? {}).sort()).toEqual(codes);
  });

  it("of another MediaConvert job are not the row's", async () => {
    const { jobId } = await created({ mediaConvertJobId: "1-a", warnings: { 1: "one" } });
    const row = await jobs.addFindings(jobId, "2-b", { warnings: { 2: "two" }, source: { frameRate: 25 } });
    expect(row).toMatchObject({ warnings: { 1: "one" } });
    expect(row).not.toHaveProperty("source");
  });

  it("need a row", async () => {
    expect(await jobs.addFindings("none", "1-a", { warnings: { 1: "one" } })).toBeUndefined();
    expect(await table.rowOf("none")).toBeUndefined();
  });
});

describe("lists of jobs", () => {
  const idsOf = async (ids: AsyncIterable<string>) => {
    const all: string[] = [];
    for await (const id of ids) all.push(id);
    return all;
  };

  it("have the idle ones of a status, oldest first, on any number of pages", async () => {
    // A page ends at 1 MB; with rows of this size it has about five.
    const inputFile = "x".repeat(200_000);
    const idle = [];
    for (const createdAt of [7, 3, 5, 2, 6, 4, 1]) {
      idle.push(await created({ status: "PROCESSING", createdAt, updatedAt: createdAt, inputFile }));
    }
    await created({ status: "PROCESSING", createdAt: 1, updatedAt: 10 });
    await created({ status: "SUBMITTED", createdAt: 1, updatedAt: 1 });
    const expected = idle.toSorted((a, b) => a.createdAt - b.createdAt).map(({ jobId }) => jobId);
    expect(await idsOf(jobs.idleIds("PROCESSING", 10))).toEqual(expected);
  });

  it("have the ones whose end wasn't told", async () => {
    const told = await created();
    const untold = await created();
    await jobs.change(told.jobId, { status: "ERROR" });
    await jobs.change(untold.jobId, { status: "ERROR" });
    await jobs.change(told.jobId, { set: { notifiedAt: 1 }, clear: ["announcement"] });
    const ids = await idsOf(jobs.unannouncedIds());
    expect(ids).toContain(untold.jobId);
    expect(ids).not.toContain(told.jobId);
  });
});

describe("trouble with the table", () => {
  it("is thrown as it came, not taken for a guard", async () => {
    const nowhere = new DynamoJobRepository(table.client, "no-such-table");
    await expect(nowhere.create(sampleJob())).rejects.toThrow("resource not found");
    await expect(nowhere.change("j", { status: "COMPLETE" })).rejects.toThrow("resource not found");
  });

  it("that is a row which vanishes while it is created says so", async () => {
    const job = await created();
    jest.spyOn(jobs, "find").mockResolvedValueOnce(undefined);
    await expect(jobs.create(job)).rejects.toThrow("was deleted while it was read");
  });
});
