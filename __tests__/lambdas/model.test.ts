import fc from "fast-check";
import { isTerminal, type Job, type JobStatus } from "../../lambdas/jobs/job";
import { startJobTable, type TestTable } from "./job-table";
import { type Delivery, MAX_SECONDS, type Scenario, type Step, World } from "./model-world";
import type { End, Trouble } from "./simulated-media-convert";

let table: TestTable;
beforeAll(async () => {
  table = await startJobTable();
});
afterAll(() => table.stop());

/** Set it to search deeper, as the README says. */
const RUNS = Number(process.env.MODEL_RUNS ?? 60);
/** Far longer than a run takes, so that a loaded machine fails none. */
const SECONDS_PER_RUN = 20;

const crashAt = fc.option(fc.nat({ max: 13 }), { nil: undefined });
const delivery: fc.Arbitrary<Delivery> = fc.oneof(
  fc.record({
    of: fc.constantFrom("upload", "upload", "retry"),
    pick: fc.nat({ max: 5 }),
    crashAt,
    again: fc.boolean(),
  }),
  fc.record({
    of: fc.constant("event" as const),
    pick: fc.nat({ max: 5 }),
    crashAt,
    again: fc.boolean(),
    lastAttempt: fc.boolean(),
  }),
  fc.record({ of: fc.constant("sweep" as const), crashAt, again: fc.constant(false) }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      deliveries: fc.array(delivery, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: "transcode" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "lose a delivery",
        "break SNS",
        "upload a newer version",
        "spend the day's budget",
        "give the day's budget back",
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("trouble MediaConvert" as const),
      troubles: fc.array(fc.constantFrom<Trouble>("declined", "unanswered", "failed", "denied"), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      seconds: fc.constantFrom(10, 70, 400, 4000, 30_000),
    }),
  },
);

const RANK = { SUBMITTED: 0, PROCESSING: 1, COMPLETE: 2, ERROR: 2, CANCELED: 2 };

const scenario: fc.Arbitrary<Scenario> = fc.record({
  end: fc.constantFrom<End>("COMPLETE", "ERROR", "CANCELED"),
  knowsDuration: fc.boolean(),
});

/** Takes the steps, then lets everything arrive, and asserts what holds in between and in the end. */
async function live(scheduler: fc.Scheduler, { end, knowsDuration }: Scenario, steps: readonly Step[]) {
  const world = new World(scheduler, table, { end, knowsDuration });
  let status: JobStatus = "SUBMITTED";
  let announced = false;
  for (const next of steps) {
    const publishedBefore = world.notifier.published.length;
    await world.take(next);
    if (announced) expect(world.notifier.published).toHaveLength(publishedBefore);
    const seen: Job | undefined = await world.jobs.find(world.jobId);
    const current: JobStatus = seen?.status ?? status;
    if (isTerminal(status)) expect(current).toBe(status);
    expect(RANK[current]).toBeGreaterThanOrEqual(RANK[status]);
    expect(await world.overspentUsd()).toBeLessThanOrEqual(0);
    status = current;
    announced = seen?.notifiedAt !== undefined;
  }
  await world.settle();
  expect(await world.overspentUsd()).toBeLessThanOrEqual(0);
  const published = [...world.notifier.published];
  await world.redeliverEvents();

  expect(world.notifier.published).toEqual(published);
  const row = await world.jobs.find(world.jobId);
  if (row?.error?.code === "SUPERSEDED") {
    // The newer version has a job of its own.
    expect(world.mediaConvert.jobs).toEqual([]);
    expect(world.submissions).toBe(0);
    // Once CreateJob may have had its effect, the day keeps the reservation.
    if (row.submittingAt === undefined) expect(row).not.toHaveProperty("budget");
  } else {
    expect(world.mediaConvert.jobs).toMatchObject([{ id: "mc-1", isCanceled: false }]);
    expect(world.mediaConvert.jobs[0]?.clipEndSeconds).toBe(knowsDuration ? undefined : MAX_SECONDS - 1);
    expect(row).toMatchObject({ status: end, mediaConvertJobId: "mc-1" });
    expect(world.submissions).toBeLessThanOrEqual(1);
    // MediaConvert charges nothing for a job that ends in ERROR.
    expect(row?.budget !== undefined).toBe(end !== "ERROR");
    for (const { status: told, warnings } of world.notifier.published)
      expect(warnings?.CLIPPED !== undefined).toBe(told === "COMPLETE" && !knowsDuration);
  }
  expect(row).toMatchObject({ notifiedAt: expect.any(Number) });
  expect(row).not.toHaveProperty("sweep");
  expect(world.notifier.published.length).toBeGreaterThan(0);
  expect(new Set(world.notifier.published.map((notice) => notice.status))).toEqual(new Set([row?.status]));
  expect(Math.max(...world.publishedPerRun.map(({ length }) => length))).toBe(1);
  return { row, world };
}

const CLAIM = "is paid for once, ends once, stays within the budget and is announced";

it(
  `a video ${CLAIM}, whatever crashes, repeats or arrives late`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        scenario,
        fc.array(step, { minLength: 4, maxLength: 12, size: "max" }),
        async (scheduler, given, steps) => {
          await live(scheduler, given, steps);
        },
      ),
      {
        numRuns: RUNS,
        interruptAfterTimeLimit: RUNS * SECONDS_PER_RUN * 1000,
        markInterruptAsFailure: true,
      },
    );
  },
  (RUNS + 1) * SECONDS_PER_RUN * 1000,
);

const run = (of: "upload" | "retry", more: Partial<Delivery> = {}): Delivery => ({
  crashAt: undefined,
  again: false,
  ...more,
  of,
  pick: 0,
});
const deliver = (...deliveries: Delivery[]): Step => ({ do: "deliver", deliveries });
const wait = (seconds: number): Step => ({ do: "wait", seconds });
const meet = (...troubles: Trouble[]): Step => ({ do: "trouble MediaConvert", troubles });
const SWEEP = deliver({ of: "sweep", crashAt: undefined, again: false });
const repeated = (times: number, ...steps: Step[]): Step[] =>
  Array.from({ length: times }, () => steps).flat();

/** Each with an interleaving and a source of its own. */
const RUNS_PER_SCHEDULE = 2;

/** Schedules that once lost a video, paid for it twice, or refused it although the service had recovered. */
const SCHEDULES: readonly [string, readonly Step[]][] = [
  [
    "after 4.6 hours of internal errors",
    [
      meet("failed"),
      deliver(run("upload")),
      ...repeated(19, wait(870), meet("failed"), deliver(run("retry"))),
    ],
  ],
  [
    "after a day and a half of internal errors, as long as an attempt is left",
    [
      meet("failed"),
      deliver(run("upload")),
      ...repeated(22, wait(5900), meet("failed"), deliver(run("retry"))),
    ],
  ],
  [
    "after 4.6 hours without permission",
    [
      meet("denied"),
      deliver(run("upload")),
      ...repeated(19, wait(870), meet("denied"), deliver(run("upload"))),
    ],
  ],
  [
    "with three chains of messages, two of which MediaConvert throttles",
    [
      meet("declined", "declined", "declined"),
      deliver(run("upload", { again: true })),
      wait(70),
      deliver(run("upload", { again: true })),
      wait(4000),
      SWEEP,
      ...repeated(10, meet("declined"), deliver(run("retry"), run("retry"), run("retry")), wait(70)),
    ],
  ],
  [
    "if two deliveries come a tenth of a second apart and a newer version in between",
    [
      deliver(run("upload", { again: true }), run("upload")),
      { do: "upload a newer version" },
      deliver(run("upload")),
    ],
  ],
  [
    "if CreateJob has its effect, but an attempt crashes before or after each of its calls",
    Array.from({ length: 14 }, (_, crashAt) => [
      deliver(run("upload", { crashAt, again: true })),
      wait(70),
    ]).flat(),
  ],
  [
    "if CreateJob isn't answered and the search for its job fails, again and again",
    [
      deliver(run("upload", { crashAt: 1, again: true })),
      wait(70),
      ...repeated(6, meet("unanswered", "unanswered"), deliver(run("upload", { again: true })), wait(70)),
      ...repeated(6, meet("failed"), deliver(run("retry")), wait(900)),
    ],
  ],
  [
    "if other videos have spent the day's budget",
    [
      { do: "spend the day's budget" },
      deliver(run("upload")),
      ...repeated(4, wait(1500), deliver(run("retry"))),
    ],
  ],
  [
    "if the budget is spent between its attempts, and given back",
    [
      meet("declined"),
      deliver(run("upload")),
      { do: "spend the day's budget" },
      ...repeated(2, wait(400), meet("declined"), deliver(run("retry"))),
      { do: "give the day's budget back" },
      wait(400),
      deliver(run("retry")),
    ],
  ],
  [
    "if its events are lost, and a sweep has to find its end",
    [
      deliver(run("upload")),
      ...repeated(3, { do: "transcode" }, { do: "lose a delivery" }),
      wait(4000),
      SWEEP,
    ],
  ],
];

it.each(SCHEDULES)(
  `a video ${CLAIM} %s`,
  async (_, steps) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), scenario, async (scheduler, given) => {
        await live(scheduler, given, steps);
      }),
      { numRuns: RUNS_PER_SCHEDULE },
    );
  },
  30 * SECONDS_PER_RUN * 1000,
);
