import fc from "fast-check";
import { clipEndWithin, timecodeAt } from "../../../lambdas/transcoding/clip";

describe("a clip", () => {
  it("ends before the longest duration allowed, also at 29.97 frames per second", () => {
    fc.assert(
      fc.property(fc.double({ min: 2, max: 43_000, noNaN: true }), (maxSeconds) => {
        const end = clipEndWithin(maxSeconds);
        expect(end * 1.001).toBeLessThan(maxSeconds);
        expect(end).toBeGreaterThan(maxSeconds / 1.001 - 1.001);
      }),
    );
  });

  it("is shorter than the 12 hours that MediaConvert allows", () => {
    expect(timecodeAt(clipEndWithin(20 * 3600))).toBe("11:59:59:00");
  });

  it.each([
    [0, "00:00:00:00"],
    [59, "00:00:59:00"],
    [21_578, "05:59:38:00"],
  ])("ends after %d s at %s", (seconds, timecode) => {
    expect(timecodeAt(seconds)).toBe(timecode);
  });
});
