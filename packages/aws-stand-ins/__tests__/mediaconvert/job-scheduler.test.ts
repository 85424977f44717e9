import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkCreateJobRequest } from "../../mediaconvert/create-job/check-request";
import { type Job, newJob } from "../../mediaconvert/job";
import { JobScheduler } from "../../mediaconvert/job-scheduler";
import { hlsJob } from "../../testing/mediaconvert";
import { wireNames } from "../../testing/wire-names";

const ACCOUNT = "arn:aws:mediaconvert:eu-west-3:111122223333";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A scheduler whose jobs run until the test ends them, and the statuses of its events. */
function schedulerUnderTest(concurrentJobs: number, jobDirectory?: string) {
  const ends = new Map<string, () => void>();
  const told: string[] = [];
  const scheduler = new JobScheduler({
    concurrentJobs,
    jobDirectory,
    run: (job) =>
      new Promise((resolve) =>
        ends.set(job.id, () => resolve({ outputGroupDetails: [], blackSegments: [], warnings: [] })),
      ),
    tell: async (_job, status) => void told.push(status),
  });
  return {
    told,
    scheduler,
    submit: (more: object = {}) => {
      const request = checkCreateJobRequest({ ...(wireNames(hlsJob()) as object), ...more });
      const job = newJob(ACCOUNT, `${ACCOUNT}:queues/videos`, request);
      scheduler.submit(job);
      return job;
    },
    end: async (job: Job) => {
      ends.get(job.id)?.();
      await jest.advanceTimersByTimeAsync(0);
    },
  };
}

it("runs as many jobs as it may, the oldest next", async () => {
  const { submit, end } = schedulerUnderTest(2);
  const jobs = [submit(), submit(), submit(), submit()] as const;
  const statuses = () => jobs.map(({ status }) => status);
  await jest.advanceTimersByTimeAsync(0);
  expect(statuses()).toEqual(["PROGRESSING", "PROGRESSING", "SUBMITTED", "SUBMITTED"]);
  await end(jobs[1]);
  expect(statuses()).toEqual(["PROGRESSING", "COMPLETE", "PROGRESSING", "SUBMITTED"]);
});

it("sends status updates at the interval that the job asks for, until it ends", async () => {
  const { told, submit, end } = schedulerUnderTest(1);
  const job = submit({ statusUpdateInterval: "SECONDS_12" });
  const updates = () => told.filter((status) => status === "STATUS_UPDATE").length;
  await jest.advanceTimersByTimeAsync(11_900);
  expect(updates()).toBe(0);
  await jest.advanceTimersByTimeAsync(200);
  expect(updates()).toBe(1);
  await jest.advanceTimersByTimeAsync(24_000);
  expect(updates()).toBe(3);
  await end(job);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(updates()).toBe(3);
});

it("keeps a job in memory until its end is announced, and on disk from then on", async () => {
  const directory = mkdtempSync(join(tmpdir(), "jobs-"));
  const { scheduler, submit, end } = schedulerUnderTest(2, directory);
  const [ended, running] = [submit(), submit()];
  await jest.advanceTimersByTimeAsync(0);
  await end(ended);
  for (const { id } of [ended, running]) {
    const file = join(directory, `${id}.json`);
    const record = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...record, remarks: ["read from disk"] }));
  }
  expect(scheduler.get(ended.id)).toMatchObject({ status: "COMPLETE", remarks: ["read from disk"] });
  expect(scheduler.get(running.id)).toBe(running);
  expect(scheduler.list()).toMatchObject([{ id: ended.id }, { id: running.id }]);
  expect(scheduler.active).toBe(1);
  rmSync(directory, { recursive: true });
});
