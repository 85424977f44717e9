import { captureAt, posterIndex } from "../../../lambdas/jobs/poster";

/** Captures every 2 s of a video of 20 s, with these sizes in kB. */
const captures = (...sizes: number[]) => ({ count: 10, intervalMs: 2000, sizes: new Map(sizes.entries()) });

describe("the poster", () => {
  it.each([
    ["a tenth of the duration is bright", [20, 20, 20, 20, 20, 20, 20, 20, 20, 20], [], 1],
    ["the beginning is nearly uniform", [2, 2, 2, 20, 20, 20, 20, 20, 20, 20], [], 3],
    ["the beginning is black, then nearly uniform", [2, 2, 2, 20, 20, 20, 20, 20, 20, 20], [[0, 3000]], 3],
    ["a flash is nearly uniform", [20, 2, 20, 20, 20, 20, 20, 20, 20, 20], [], 0],
    ["scenes differ in detail", [6, 6, 6, 20, 20, 20, 20, 20, 20, 20], [], 1],
    [
      "all is black but one",
      [2, 2, 2, 2, 2, 2, 2, 2, 20, 2],
      [
        [0, 16_000],
        [18_000, 20_000],
      ],
      8,
    ],
    ["all is black", [2, 2, 2, 2, 2, 2, 2, 2, 2, 2], [[0, 20_000]], 1],
    ["all is nearly uniform", [2, 2, 2, 2, 2, 2, 2, 2, 2, 2], [], 1],
  ] satisfies [string, number[], [number, number][], number][])(
    "where %s: sizes %j, black %j, capture %d",
    (_what, sizes, black, index) => {
      const segments = black.map(([start, end]) => ({ start, end }));
      expect(posterIndex(captures(...sizes), 20_000, segments)).toBe(index);
    },
  );

  it("needs no sizes", () => {
    expect(posterIndex({ count: 10, intervalMs: 2000 }, 20_000, [{ start: 0, end: 3000 }])).toBe(2);
  });
});

describe("the capture at a time", () => {
  it.each([
    [0, 0, 0],
    [900, 0, 0],
    [1100, 1, 2000],
    [17_900, 9, 18_000],
    [20_000, 9, 18_000],
  ])("%d ms is the nearest: %d, at %d ms", (atMs, index, at) => {
    expect(captureAt(captures(), 20_000, atMs)).toEqual({ index, atMs: at });
  });

  it.each([20_001, -1, Number.NaN, Number.POSITIVE_INFINITY])("%d ms is none", (atMs) => {
    expect(captureAt(captures(), 20_000, atMs)).toBeUndefined();
  });
});
