import { planJob } from "../../../lambdas/media-processor/job-plan";
import { ladderUpTo } from "../../../lambdas/transcoding/ladder";
import { source } from "../transcoding/sources";
import { LIMITS } from "./stand-ins";

const planOf = (facts: Parameters<typeof source>[0], limits = {}) =>
  planJob(source(facts), { ...LIMITS, ...limits });

describe("a job's plan", () => {
  it("has the renditions and what they cost", () => {
    const { stream, estimatedCostUsd } = planOf({ widthPx: 640, heightPx: 360, durationSeconds: 3600 });
    expect(stream.renditions.map(({ name }) => name)).toEqual(["360p", "234p"]);
    expect(estimatedCostUsd).toBe(0.9);
  });

  it.each([
    [{ widthPx: 31, heightPx: 400 }, "PICTURE_TOO_SMALL", "The picture is 31x400 pixels"],
    [
      { durationSeconds: 360 * 60 + 7 },
      "SOURCE_TOO_LONG",
      "The video is 360.2 minutes long; at most 360 are allowed.",
    ],
  ])("is refused for %j: %s", (facts, code, words) => {
    expect(() => planOf(facts)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
  });

  it.each([{ widthPx: 32, heightPx: 32 }, { durationSeconds: 360 * 60 }])("is accepted for %j", (facts) => {
    expect(planOf(facts).stream.renditions.length).toBeGreaterThan(0);
  });

  it("is refused above the maximum cost, and accepted at it", () => {
    const facts = { widthPx: 640, heightPx: 360, durationSeconds: 3600 };
    expect(planOf(facts, { maxJobCostUsd: 0.9 }).estimatedCostUsd).toBe(0.9);
    expect(() => planOf(facts, { maxJobCostUsd: 0.89 })).toThrow(
      expect.objectContaining({
        code: "COST_TOO_HIGH",
        message: expect.stringMatching(/may cost 0\.9 US dollars; at most 0\.89 are .* MAX_JOB_COST_USD/),
      }),
    );
  });

  it.each([undefined, 0])(
    "clips a duration of %s at the longest allowed, and prices that",
    (durationSeconds) => {
      const facts = { widthPx: 640, heightPx: 360, durationSeconds };
      const plan = planOf(facts);
      expect(plan).not.toHaveProperty("estimatedCostUsd");
      expect(plan.clipEndSeconds).toBe(21_578);
      expect(plan.maxCostUsd).toBe(5.4);
      // 6 hours at 0.9 dollars.
      expect(() => planOf(facts, { maxJobCostUsd: 5.3 })).toThrow(
        /5\.4 US dollars because its length is unknown; .* Copy it to a file that says how long it is/,
      );
    },
  );

  it("doesn't clip a known duration", () => {
    expect(planOf({ durationSeconds: 360 * 60 })).not.toHaveProperty("clipEndSeconds");
  });

  it("has 2160p only if the ladder does", () => {
    const names = (limits = {}) =>
      planOf({ widthPx: 3840, heightPx: 2160 }, limits).stream.renditions.map(({ name }) => name);
    expect(names()).not.toContain("2160p");
    expect(names({ ladder: ladderUpTo(2160) })).toContain("2160p");
  });
});
