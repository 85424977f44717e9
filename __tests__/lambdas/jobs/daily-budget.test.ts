import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { DailyBudget, dayIn } from "../../../lambdas/jobs/daily-budget";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";

let table: TestTable;
let budget: DailyBudget;

beforeAll(async () => {
  table = await startJobTable();
  budget = new DailyBudget(table.client, TABLE_NAME);
});
afterAll(() => table.stop());

describe("the budget of a day", () => {
  it("is never exceeded, whatever is reserved and released at the same time", async () => {
    const cost = fc.integer({ min: 1, max: 40_000 }).map((units) => units / 10_000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(cost, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
        async (batches) => {
          const day = randomUUID();
          let held: number[] = [];
          for (const costs of batches) {
            const answers = await Promise.all(costs.map((usd) => budget.reserve({ day, usd }, 5)));
            held.push(...costs.filter((_, index) => answers[index]));
            const total = held.reduce((sum, usd) => sum + Math.round(usd * 10_000), 0);
            expect(total).toBeLessThanOrEqual(50_000);
            // What was denied would have exceeded it, alone or with what was granted with it.
            for (const [index, usd] of costs.entries()) {
              if (!answers[index]) expect(total + Math.round(usd * 10_000)).toBeGreaterThan(50_000);
            }
            const released = held.slice(0, 1);
            held = held.slice(1);
            await Promise.all(released.map((usd) => budget.release({ day, usd })));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("can be spent to the last hundredth of a cent", async () => {
    const day = randomUUID();
    const granted: boolean[] = [];
    for (const usd of [0.1, 0.2, 0.0001]) granted.push(await budget.reserve({ day, usd }, 0.3));
    expect(granted).toEqual([true, true, false]);
  });

  it.each([
    ["UTC", "2026-11-25"],
    ["Asia/Tokyo", "2026-11-26"],
    ["America/Los_Angeles", "2026-11-25"],
  ])("begins at midnight of %s", (timeZone, day) => {
    expect(dayIn(timeZone, Date.UTC(2026, 10, 25, 15, 0))).toBe(day);
  });
});
