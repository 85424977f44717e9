import fc from "fast-check";
import { isTerminal, type Job, type JobStatus } from "../../lambdas/jobs/job";
import { startJobTable, type TestTable } from "./job-table";
import { type Delivery, type Step, World } from "./model-world";
import type { End } from "./simulated-media-convert";

let table: TestTable;
beforeAll(async () => {
  table = await startJobTable();
});
afterAll(() => table.stop());

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
    arbitrary: fc.record({ do: fc.constantFrom("lose a delivery", "break SNS", "throttle") }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(10, 70, 400, 4000) }),
  },
);

const RANK = { SUBMITTED: 0, PROCESSING: 1, COMPLETE: 2, ERROR: 2, CANCELED: 2 };

it("a video is paid for once, ends once and is announced, whatever crashes, repeats or arrives late", async () => {
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
        expect(world.mediaConvert.jobs).toHaveLength(1);
        const row = await world.jobs.find(world.jobId);
        expect(row).toMatchObject({ status: end, mediaConvertJobId: "mc-1", notifiedAt: expect.any(Number) });
        expect(row).not.toHaveProperty("announcement");
        expect(world.notifier.published.length).toBeGreaterThan(0);
        expect(new Set(world.notifier.published.map((announced) => announced.status))).toEqual(
          new Set([end]),
        );
        expect(Math.max(...world.publishedPerRun.map(({ length }) => length))).toBe(1);
      },
    ),
    { numRuns: 60, interruptAfterTimeLimit: 230_000, markInterruptAsFailure: true },
  );
}, 240_000);
