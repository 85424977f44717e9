import { type SweptJob, sweepJobs } from "../../../lambdas/job-sweeper/sweep-jobs";
import type { Job } from "../../../lambdas/jobs/job";
import { JobRepository } from "../../../lambdas/jobs/job-repository";
import type { MediaConvertEvent } from "../../../lambdas/transcoding/media-convert-event";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";
import { COMPLETE, eventOf } from "../jobs/media-convert-events";
import { RecordingNotifier } from "../jobs/recording-notifier";
import { sampleJob } from "../jobs/sample-job";

const NOW = 1_700_100_000;
const LONG_AGO = NOW - 3601;
const ITS_JOB = "1771852248480-6dv3gn";

let table: TestTable;
let jobs: JobRepository;
let notifier: RecordingNotifier;
let postponed: Job[];
let reports: SweptJob[];
let asked: string[];

beforeEach(async () => {
  table = await startJobTable();
  jobs = new JobRepository(table.client, TABLE_NAME, () => NOW * 1000);
  notifier = new RecordingNotifier();
  postponed = [];
  reports = [];
  asked = [];
});
afterEach(() => table.stop());

async function newJob(overrides: Partial<Job> = {}) {
  const job = sampleJob({ createdAt: LONG_AGO, updatedAt: LONG_AGO, ...overrides });
  await jobs.create(job);
  return job;
}

/** @param answer MediaConvert's, to every question */
function sweep(answer?: MediaConvertEvent | Error, jobsPerSweep = Number.POSITIVE_INFINITY) {
  return sweepJobs({
    jobs,
    notifier,
    now: () => NOW * 1000,
    stuckAfterSeconds: 3600,
    record: {
      async latestEvent(mediaConvertJobId) {
        asked.push(mediaConvertJobId);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    retryLane: {
      postpone: async (job) => void postponed.push(job),
      postponeRecord: () => Promise.reject(new Error("The sweeper has no records.")),
    },
    report: (result) => reports.push(result),
    hasTime: () => reports.length < jobsPerSweep,
  });
}

describe("a sweep", () => {
  it.each(["SUBMITTED", "PROCESSING"] as const)(
    "puts a %s job without a MediaConvert job back",
    async (status) => {
      const { jobId } = await newJob({ status });
      expect(await sweep()).toEqual({ looked: 1, failed: 0, moreLeft: false });
      expect(postponed).toMatchObject([{ jobId }]);
      expect(reports).toMatchObject([{ jobId, outcome: "put back" }]);
    },
  );

  it("records and announces an end whose event was lost", async () => {
    const { jobId } = await newJob({ status: "PROCESSING", mediaConvertJobId: ITS_JOB });
    await sweep(eventOf(jobId, COMPLETE));
    expect(asked).toEqual([ITS_JOB]);
    expect(await jobs.find(jobId)).toMatchObject({ status: "COMPLETE", notifiedAt: NOW });
    expect(notifier.published).toMatchObject([{ jobId, status: "COMPLETE" }]);
    expect(reports).toMatchObject([{ jobId, outcome: "caught up", ended: { status: "COMPLETE" } }]);
  });

  it.each(["SUBMITTED", "PROGRESSING"])("leaves a job running that is %s in MediaConvert", async (status) => {
    const { jobId } = await newJob({ status: "PROCESSING", mediaConvertJobId: ITS_JOB });
    await sweep(eventOf(jobId, { status }));
    expect(await jobs.find(jobId)).toMatchObject({ status: "PROCESSING" });
    expect(reports).toMatchObject([{ jobId, outcome: "caught up", ended: undefined }]);
    expect(notifier.published).toEqual([]);
  });

  it("ends a job that MediaConvert no longer knows, without paying for a second one", async () => {
    const { jobId } = await newJob({ status: "PROCESSING", mediaConvertJobId: ITS_JOB });
    await sweep(undefined);
    expect(postponed).toEqual([]);
    expect(notifier.published).toMatchObject([
      { status: "ERROR", error: { code: "MEDIACONVERT_JOB_NOT_FOUND", advice: expect.any(String) } },
    ]);
    expect(reports).toMatchObject([{ jobId, outcome: "lost", ended: { status: "ERROR" } }]);
  });

  it("doesn't check a job again before the same time has passed", async () => {
    await newJob({ status: "PROCESSING" });
    const { jobId } = await newJob({ status: "PROCESSING", mediaConvertJobId: ITS_JOB });
    const answer = eventOf(jobId, { status: "SUBMITTED" });
    await sweep(answer);
    expect(await sweep(answer)).toEqual({ looked: 0, failed: 0, moreLeft: false });
    expect(postponed).toHaveLength(1);
  });

  it("leaves jobs alone that moved recently or ended", async () => {
    await newJob({ status: "PROCESSING", updatedAt: NOW - 10 });
    await newJob({ status: "SUBMITTED", createdAt: NOW - 10, updatedAt: NOW - 10 });
    await newJob({ status: "COMPLETE", notifiedAt: LONG_AGO });
    expect(await sweep()).toEqual({ looked: 0, failed: 0, moreLeft: false });
  });

  it("trusts the row where the index lags", async () => {
    const { jobId } = await newJob({ status: "PROCESSING" });
    jest.spyOn(jobs, "find").mockResolvedValueOnce(sampleJob({ jobId, status: "COMPLETE" }));
    await sweep();
    jest.spyOn(jobs, "find").mockResolvedValueOnce(undefined);
    await sweep();
    expect(reports).toMatchObject([
      { jobId, outcome: "left alone" },
      { jobId, outcome: "left alone" },
    ]);
    expect(postponed).toEqual([]);
  });

  it("announces an end that its own function had time to announce but didn't", async () => {
    const ended = { status: "ERROR", announcement: "PENDING" } as const;
    const { jobId } = await newJob({ ...ended, updatedAt: NOW - 301 });
    await newJob({ ...ended, updatedAt: NOW - 299 });
    await sweep();
    await sweep();
    expect(notifier.published).toMatchObject([{ jobId, status: "ERROR" }]);
    expect(await jobs.find(jobId)).toMatchObject({ notifiedAt: NOW });
  });

  it("continues after a job that fails, and counts it", async () => {
    const failing = await newJob({ status: "PROCESSING", mediaConvertJobId: ITS_JOB, createdAt: 1 });
    const other = await newJob({ status: "PROCESSING" });
    const cause = new Error("TooManyRequestsException");
    expect(await sweep(cause)).toEqual({ looked: 2, failed: 1, moreLeft: false });
    expect(reports).toMatchObject([
      { jobId: failing.jobId, outcome: "failed", cause },
      { jobId: other.jobId, outcome: "put back" },
    ]);
  });

  it("checks at most 500 jobs", async () => {
    jest.spyOn(jobs, "idleIds").mockImplementation(async function* () {
      for (let number = 1; number <= 501; number += 1) yield `job-${number}`;
    });
    jest.spyOn(jobs, "find").mockResolvedValue(undefined);
    expect(await sweep()).toEqual({ looked: 500, failed: 0, moreLeft: true });
  });

  it("stops when its time is up, and the next one continues there", async () => {
    const { jobId: first } = await newJob({ createdAt: 1 });
    const { jobId: second } = await newJob({ createdAt: 2 });
    expect(await sweep(undefined, 1)).toEqual({ looked: 1, failed: 0, moreLeft: true });
    expect(await sweep(undefined, 2)).toEqual({ looked: 1, failed: 0, moreLeft: false });
    expect(postponed.map(({ jobId }) => jobId)).toEqual([first, second]);
  });
});
