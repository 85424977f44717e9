import fc from "fast-check";
import { outputFrameRate, reducedFrameRate } from "../../../lambdas/transcoding/frame-rate";

describe("the outputs' frame rate", () => {
  it.each([
    [120, 60_000, 1000],
    [120_000 / 1001, 60_000, 1001],
    [119.88, 60_000, 1001],
    [100, 50_000, 1000],
    [90, 45_000, 1000],
    [240, 60_000, 1000],
    [1000, 31_250, 1000],
  ])("of a source at %d is %d/%d", (rate, numerator, denominator) => {
    expect(reducedFrameRate(rate)).toEqual({ numerator, denominator });
  });

  it.each([undefined, 1, 23.976, 59.94, 60])("is the source's own at %s", (rate) => {
    expect(reducedFrameRate(rate)).toBeUndefined();
    expect(outputFrameRate(rate)).toBe(rate);
  });

  it("is a whole fraction of the source's, above 30 and at most 60", () => {
    fc.assert(
      fc.property(fc.double({ min: 60.01, max: 1000, noNaN: true }), (rate) => {
        const output = outputFrameRate(rate) ?? Number.NaN;
        expect(output).toBeGreaterThanOrEqual(30);
        expect(output).toBeLessThanOrEqual(60);
        const halvings = Math.log2(rate / output);
        expect(Math.abs(halvings - Math.round(halvings))).toBeLessThan(0.001);
      }),
    );
  });
});
