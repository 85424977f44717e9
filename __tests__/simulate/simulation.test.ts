import { percentile, simulateDay, slotsFor } from "../../simulate/day";
import { RandomNumbers } from "../../simulate/random-numbers";
import { type Scenario, simulate } from "../../simulate/simulation";

const UNLIMITED = { slots: 1000, speed: 1, callsPerSecond: 1000, concurrency: 1000, attemptSeconds: 2 };
const DAY = { ...UNLIMITED, uploads: 2000, peak: 2, meanMinutes: 5, seed: 1 };

/** Videos of 100 seconds that all arrive at the start. */
const atOnce = (uploads: number, limits: Partial<Scenario> = {}) =>
  simulate(
    {
      ...UNLIMITED,
      arrivals: new Float64Array(uploads),
      videoSeconds: new Float64Array(uploads).fill(100),
      ...limits,
    },
    new RandomNumbers(1),
  );

describe("the simulation", () => {
  it("takes an attempt and a job for each upload if nothing is scarce", () => {
    expect([...atOnce(3).latencies]).toEqual([102, 102, 102]);
    expect([...atOnce(3, { speed: 4 }).latencies]).toEqual([27, 27, 27]);
  });

  it("queues jobs for slots in the order of their submission", () => {
    const { latencies, slotSeconds, busiestSlots } = atOnce(5, { slots: 2 });
    expect([...latencies]).toEqual([102, 102, 202, 202, 302]);
    expect([...slotSeconds]).toEqual([0, 0, 100, 100, 200]);
    expect(busiestSlots).toBe(2);
  });

  it("runs no more attempts at once than Lambda allows", () => {
    expect([...atOnce(4, { concurrency: 2 }).submitSeconds]).toEqual([2, 2, 4, 4]);
  });

  it("sends throttled attempts to the retry lane until all are submitted", () => {
    const { submitSeconds, throttledAttempts } = atOnce(50, { callsPerSecond: 0.1 });
    expect(throttledAttempts).toBeGreaterThan(50);
    // 100 calls at a tenth a second, but for the first two.
    expect(Math.max(...submitSeconds)).toBeGreaterThan(980);
  });

  it("finds the fewest slots for a percentile", () => {
    const slots = slotsFor(900, DAY) ?? 0;
    const p95 = (some: number) => percentile(simulateDay({ ...DAY, slots: some }).latencies, 95);
    expect(p95(slots)).toBeLessThanOrEqual(900);
    expect(p95(Math.floor(slots * 0.9))).toBeGreaterThan(900);
  });

  it("finds no number of slots if the videos themselves take too long", () => {
    expect(slotsFor(60, DAY)).toBeUndefined();
  });
});
