import fc from "fast-check";
import { thumbnailPlanFor } from "../../../lambdas/transcoding/thumbnails";
import { anySource, source } from "./sources";

/** MediaConvert takes the first frame, then one per interval. */
function captureTimes(durationSeconds: number): number[] {
  const { intervalNumerator, intervalDenominator } = thumbnailPlanFor(source({ durationSeconds }));
  const interval = intervalNumerator / intervalDenominator;
  return Array.from({ length: Math.floor(durationSeconds / interval) + 1 }, (_, index) => index * interval);
}

describe("the thumbnails", () => {
  it.each([
    [1, [0, 0.25, 0.5, 0.75, 1]],
    [2, [0, 0.5, 1, 1.5, 2]],
    [5, [0, 1, 2, 3, 4, 5]],
    [13, [0, 2, 4, 6, 8, 10, 12]],
    [30, [0, 5, 10, 15, 20, 25, 30]],
    [60, [0, 10, 20, 30, 40, 50, 60]],
  ])("of a clip of %d s are taken at %j", (durationSeconds, times) => {
    expect(captureTimes(durationSeconds)).toEqual(times);
  });

  it("come every 10 s up to a long film, and reach the end of a longer one", () => {
    expect(captureTimes(9990)).toHaveLength(1000);
    expect(thumbnailPlanFor(source({ durationSeconds: 9990 })).intervalNumerator).toBe(10);
    expect(thumbnailPlanFor(source({ durationSeconds: 9991 })).intervalNumerator).toBe(11);
  });

  it("come every 10 s if the duration isn't known", () => {
    expect(thumbnailPlanFor(source({ durationSeconds: undefined }))).toMatchObject({
      intervalNumerator: 10,
      intervalDenominator: 1,
    });
  });

  it.each([
    [1920, 1080, 640, 360],
    [1080, 1920, 360, 640],
    [320, 180, 320, 180],
    [321, 181, 320, 180],
    [4000, 1000, 1280, 320],
  ])("of %dx%d are %dx%d", (widthPx, heightPx, thumbnailWidthPx, thumbnailHeightPx) => {
    expect(thumbnailPlanFor(source({ widthPx, heightPx }))).toMatchObject({
      widthPx: thumbnailWidthPx,
      heightPx: thumbnailHeightPx,
    });
  });

  it("of no video are more than the most that are captured", () => {
    fc.assert(
      fc.property(anySource, (facts) => {
        if (facts.durationSeconds === undefined) return;
        const { maxCaptures } = thumbnailPlanFor(facts);
        expect(captureTimes(facts.durationSeconds).length).toBeLessThanOrEqual(maxCaptures);
      }),
    );
  });
});
