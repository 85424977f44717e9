import { type Job, newJob } from "../../mediaconvert/job";
import { JobScheduler } from "../../mediaconvert/job-scheduler";
import { Queues } from "../../mediaconvert/queues";
import { checkCreateJobRequest } from "../../mediaconvert/settings-rules";
import { hlsJob } from "./service-under-test";
import { wireNames } from "./wire-names";

const ACCOUNT = "arn:aws:mediaconvert:eu-west-3:111122223333";
const arnOf = (queue: string) => `${ACCOUNT}:queues/${queue}`;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A scheduler whose jobs run until the test ends them, and what it told. */
function schedulerUnderTest() {
  const ends = new Map<string, () => void>();
  const told: { status: string; job: Job; extra?: object }[] = [];
  const queues = new Queues(ACCOUNT, [
    { name: "narrow", arn: arnOf("narrow"), concurrentJobs: 2 },
    { name: "wide", arn: arnOf("wide") },
  ]);
  const scheduler = new JobScheduler({
    ...{ concurrentJobs: 10, queues },
    run: (job) => new Promise((resolve) => ends.set(job.id, () => resolve([]))),
    tell: async (job, status, extra) => void told.push({ status, job, extra }),
  });
  return {
    ...{ scheduler, queues, told },
    submit: (queue: string, more: object = {}) => {
      const job = newJob(
        ACCOUNT,
        arnOf(queue),
        checkCreateJobRequest({ ...(wireNames(hlsJob()) as object), ...more }),
      );
      scheduler.submit(job);
      return job;
    },
    end: async (job: Job) => {
      ends.get(job.id)?.();
      await jest.advanceTimersByTimeAsync(0);
    },
  };
}

test("a queue runs as many jobs as it may, the next by priority and age", async () => {
  const { scheduler, submit, end } = schedulerUnderTest();
  const [first, second, third, urgent] = [
    submit("narrow"),
    submit("narrow"),
    submit("narrow"),
    submit("narrow", { priority: 5 }),
  ];
  const other = submit("wide");
  await jest.advanceTimersByTimeAsync(0);
  expect(scheduler.count(arnOf("narrow"))).toEqual({ submitted: 2, progressing: 2 });
  expect(other.status).toBe("PROGRESSING");
  await end(first);
  expect([second, third, urgent].map(({ status }) => status)).toEqual([
    "PROGRESSING",
    "SUBMITTED",
    "PROGRESSING",
  ]);
  await end(second);
  expect(third.status).toBe("PROGRESSING");
});

test("a paused queue takes jobs, and runs them when it is active again", async () => {
  const { scheduler, queues, submit } = schedulerUnderTest();
  queues.update("wide", { status: "PAUSED" });
  const job = submit("wide");
  expect(job.status).toBe("SUBMITTED");
  queues.update("wide", { status: "ACTIVE" });
  scheduler.startNext();
  expect(job.status).toBe("PROGRESSING");
});

test("status updates come at the interval that the job asks for, and end with it", async () => {
  const { told, submit, end } = schedulerUnderTest();
  const job = submit("wide", { statusUpdateInterval: "SECONDS_12" });
  const updates = () => told.filter(({ status }) => status === "STATUS_UPDATE").length;
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

test("a job that waits too long hops to another queue, and runs there", async () => {
  const { queues, told, submit } = schedulerUnderTest();
  queues.update("narrow", { status: "PAUSED" });
  const job = submit("narrow", { hopDestinations: [{ queue: arnOf("wide"), waitMinutes: 2, priority: 7 }] });
  await jest.advanceTimersByTimeAsync(119_000);
  expect(told).toEqual([]);
  await jest.advanceTimersByTimeAsync(1000);
  expect(told.map(({ status }) => status)).toEqual(["QUEUE_HOP", "PROGRESSING"]);
  expect(told[0]?.extra).toEqual({ previousQueue: arnOf("narrow"), priority: 7, previousPriority: 0 });
  expect(job).toMatchObject({ queueArn: arnOf("wide"), priority: 7 });
});

test("a hop to a queue that isn't there is a warning, which the end of the job repeats", async () => {
  const { queues, scheduler, told, submit, end } = schedulerUnderTest();
  queues.update("narrow", { status: "PAUSED" });
  const job = submit("narrow", { hopDestinations: [{ queue: arnOf("gone"), waitMinutes: 1 }] });
  await jest.advanceTimersByTimeAsync(60_000);
  expect(told.map(({ status, extra }) => ({ status, ...extra }))).toEqual([
    {
      ...{ status: "NEW_WARNING", warningCode: "100000" },
      warningMessage: `The job could not hop: the destination queue [${arnOf("gone")}] does not exist.`,
    },
  ]);
  queues.update("narrow", { status: "ACTIVE" });
  scheduler.startNext();
  await jest.advanceTimersByTimeAsync(0);
  await end(job);
  expect(told.at(-1)).toMatchObject({
    status: "COMPLETE",
    extra: { warnings: [{ code: 100_000, count: 1 }] },
  });
});

test("a job that started in time doesn't hop", async () => {
  const { told, submit } = schedulerUnderTest();
  submit("wide", { hopDestinations: [{ queue: arnOf("narrow"), waitMinutes: 1 }] });
  await jest.advanceTimersByTimeAsync(30_000);
  expect(told.map(({ status }) => status)).toEqual(["PROGRESSING"]);
});
