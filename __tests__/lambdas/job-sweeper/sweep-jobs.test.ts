import { type SweptJob, sweepJobs } from "../../../lambdas/job-sweeper/sweep-jobs";
import type { Job } from "../../../lambdas/jobs/job";
import { JobRepository } from "../../../lambdas/jobs/job-repository";
import type { MediaConvertEvent } from "../../../lambdas/transcoding/media-convert-event";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";
import { COMPLETE, eventOf } from "../jobs/media-convert-events";
import { NO_BUDGET } from "../jobs/no-budget";
import { MANIFESTS, PICTURES } from "../jobs/pictures";
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
  const job = sampleJob({
    createdAt: LONG_AGO,
    updatedAt: LONG_AGO,
    lookedAt: LONG_AGO,
    ...overrides,
  });
  await jobs.create(job);
  return job;
}

/** @param answer MediaConvert's, to every question */
function sweep(answer?: MediaConvertEvent | Error, jobsPerSweep = Number.POSITIVE_INFINITY) {
  return sweepJobs({
    jobs,
    notifier,
    budget: NO_BUDGET,
    pictures: PICTURES,
    manifests: MANIFESTS,
    now: () => NOW * 1000,
    stuckAfterSeconds: 3600,
    record: {
      async latestEvent(mediaConvertJobId) {
        asked.push(mediaConvertJobId);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    processedBucket: "processed",
    retryLane: {
      postpone: async (job, ticket) => void postponed.push({ ...job, ticket }),
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
      expect(await sweep()).toMatchObject({ looked: 1, failed: 0, moreLeft: false });
      expect(postponed).toMatchObject([{ jobId, ticket: 2 }]);
      if (status === "SUBMITTED") expect(await jobs.find(jobId)).toMatchObject({ ticket: 2 });
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
    expect(await sweep(answer)).toMatchObject({ looked: 0, failed: 0, moreLeft: false });
    expect(postponed).toHaveLength(1);
  });

  it("leaves jobs alone that moved recently or ended", async () => {
    await newJob({ status: "PROCESSING", updatedAt: NOW - 10, lookedAt: NOW - 10 });
    await newJob({ status: "SUBMITTED", createdAt: NOW - 10, updatedAt: NOW - 10, lookedAt: NOW - 10 });
    // A sweep checks it, and finds that an event has moved it meanwhile.
    await newJob({ status: "PROCESSING", mediaConvertJobId: ITS_JOB, updatedAt: NOW - 10 });
    await newJob({ status: "COMPLETE", notifiedAt: LONG_AGO, sweep: undefined, lookedAt: undefined });
    expect(await sweep()).toMatchObject({ looked: 1, failed: 0, moreLeft: false });
    expect(reports).toMatchObject([{ outcome: "left alone" }]);
  });

  it("trusts the row where the index lags", async () => {
    const { jobId } = await newJob({ status: "PROCESSING" });
    jest.spyOn(jobs, "find").mockResolvedValueOnce(sampleJob({ jobId, status: "COMPLETE" }));
    await sweep();
    const gone = await newJob({ status: "PROCESSING" });
    jest.spyOn(jobs, "find").mockResolvedValueOnce(undefined);
    await sweep();
    expect(reports).toMatchObject([
      { jobId, outcome: "left alone" },
      { jobId: gone.jobId, outcome: "left alone" },
    ]);
    expect(postponed).toEqual([]);
  });

  it("announces an end that its own function had time to announce but didn't", async () => {
    const ended = { status: "ERROR", sweep: "UNANNOUNCED" } as const;
    const { jobId } = await newJob({ ...ended, lookedAt: NOW - 301 });
    await newJob({ ...ended, lookedAt: NOW - 299 });
    await sweep();
    await sweep();
    expect(notifier.published).toMatchObject([{ jobId, status: "ERROR" }]);
    expect(await jobs.find(jobId)).toMatchObject({ notifiedAt: NOW });
  });

  it("continues after a job that fails, and counts it", async () => {
    const failing = await newJob({ status: "PROCESSING", mediaConvertJobId: ITS_JOB, lookedAt: 1 });
    const other = await newJob({ status: "PROCESSING" });
    const cause = new Error("TooManyRequestsException");
    expect(await sweep(cause)).toMatchObject({ looked: 2, failed: 1, moreLeft: false });
    expect(reports).toMatchObject([
      { jobId: failing.jobId, outcome: "failed", cause },
      { jobId: other.jobId, outcome: "put back" },
    ]);
  });

  it("checks at most 250 jobs of a list", async () => {
    jest.spyOn(jobs, "unchecked").mockImplementation(async function* (sweep) {
      const count = sweep === "UNFINISHED" ? 251 : 3;
      for (let number = 1; number <= count; number += 1) yield `${sweep}-${number}`;
    });
    jest.spyOn(jobs, "find").mockResolvedValue(undefined);
    expect(await sweep()).toMatchObject({ looked: 253, failed: 0, moreLeft: true });
  });

  it("checks every job in turn, however many there are and whatever fails", async () => {
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        newJob({ status: "PROCESSING", mediaConvertJobId: ITS_JOB, lookedAt: 1 + index }),
      ),
    );
    for (let round = 1; round <= 3; round += 1) await sweep(new Error("TooManyRequestsException"), 4 * round);
    expect(reports.map(({ jobId }) => jobId)).toEqual(made.map(({ jobId }) => jobId));
  });

  it("isn't blocked by jobs that can't be announced", async () => {
    const ended = { status: "COMPLETE", sweep: "UNANNOUNCED" } as const;
    await Promise.all(Array.from({ length: 5 }, () => newJob(ended)));
    const { jobId } = await newJob({ status: "SUBMITTED" });
    jest.spyOn(notifier, "publish").mockRejectedValue(new Error("SNS is out of order"));
    await sweep(undefined, 2);
    expect(postponed).toMatchObject([{ jobId }]);
  });

  it("counts a row that it can't read, and goes on", async () => {
    await newJob({ lookedAt: 1, fileSize: "large" as unknown as number });
    await newJob();
    expect(await sweep()).toMatchObject({ looked: 2, failed: 1 });
    expect(await sweep()).toMatchObject({ looked: 0 });
  });

  it("tells how long the oldest job has been SUBMITTED", async () => {
    expect(await sweep()).toMatchObject({ oldestWaitSeconds: 0 });
    await newJob({ createdAt: NOW - 50 });
    await newJob({ createdAt: NOW - 7 });
    expect(await sweep()).toMatchObject({ oldestWaitSeconds: 50 });
  });

  it("stops when its time is up, and the next one continues there", async () => {
    const { jobId: first } = await newJob({ lookedAt: 1 });
    const { jobId: second } = await newJob({ lookedAt: 2 });
    expect(await sweep(undefined, 1)).toMatchObject({ looked: 1, failed: 0, moreLeft: true });
    expect(await sweep(undefined, 2)).toMatchObject({ looked: 1, failed: 0, moreLeft: false });
    expect(postponed.map(({ jobId }) => jobId)).toEqual([first, second]);
  });
});
