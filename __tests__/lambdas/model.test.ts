import fc from "fast-check";
import { isTerminal, type Job, type JobStatus } from "../../lambdas/jobs/job";
import { startJobTable, type TestTable } from "./job-table";
import { type Delivery, type Step, World } from "./model-world";
import type { End, Trouble } from "./simulated-media-convert";

let table: TestTable;
beforeAll(async () => {
  table = await startJobTable();
});
afterAll(() => table.stop());

/** Set it to search deeper, as the README says. */
const RUNS = Number(process.env.MODEL_RUNS ?? 60);
/** Far longer than a run takes, so that a loaded machine fails none. */
const SECONDS_PER_RUN = 5;

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
    arbitrary: fc.record({ do: fc.constantFrom("lose a delivery", "break SNS", "upload a newer version") }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("trouble MediaConvert" as const),
      troubles: fc.array(fc.constantFrom<Trouble>("declined", "unanswered", "denied"), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(10, 70, 400, 4000) }),
  },
);

const RANK = { SUBMITTED: 0, PROCESSING: 1, COMPLETE: 2, ERROR: 2, CANCELED: 2 };

it(
  "a video is paid for once, ends once and is announced, whatever crashes, repeats or arrives late",
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom<End>("COMPLETE", "ERROR", "CANCELED"),
        fc.array(step, { minLength: 4, maxLength: 12, size: "max" }),
        async (scheduler, end, steps) => {
          const world = new World(scheduler, table, end);
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
            status = current;
            announced = seen?.notifiedAt !== undefined;
          }
          await world.settle();
          const published = [...world.notifier.published];
          await world.redeliverEvents();

          expect(world.notifier.published).toEqual(published);
          const row = await world.jobs.find(world.jobId);
          if (row?.error?.code === "SUPERSEDED") {
            // The newer version has a job of its own.
            expect(world.mediaConvert.jobs).toEqual([]);
            expect(world.submissions).toBe(0);
          } else {
            expect(world.mediaConvert.jobs).toMatchObject([{ id: "mc-1", isCanceled: false }]);
            expect(row).toMatchObject({ status: end, mediaConvertJobId: "mc-1" });
            expect(world.submissions).toBeLessThanOrEqual(1);
          }
          expect(row).toMatchObject({ notifiedAt: expect.any(Number) });
          expect(row).not.toHaveProperty("sweep");
          expect(world.notifier.published.length).toBeGreaterThan(0);
          expect(new Set(world.notifier.published.map((announced) => announced.status))).toEqual(
            new Set([row?.status]),
          );
          expect(Math.max(...world.publishedPerRun.map(({ length }) => length))).toBe(1);
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
