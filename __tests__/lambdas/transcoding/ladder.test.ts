import fc from "fast-check";
import { LADDER, ladderUpTo, type Rung, renditionsFor } from "../../../lambdas/transcoding/ladder";
import { longSideOf, MIN_SIDE_PX, shortSideOf } from "../../../lambdas/transcoding/picture";
import { anyPicture } from "./sources";

function sizes(widthPx: number, heightPx: number, ladder: readonly Rung[] = ladderUpTo(1080)) {
  return renditionsFor({ widthPx, heightPx }, ladder).map(
    (rendition) => `${rendition.name} ${rendition.widthPx}x${rendition.heightPx}`,
  );
}

describe("the ladder", () => {
  it("gives a 1080p source every rung, the 2 Mb/s one first", () => {
    expect(sizes(1920, 1080)).toEqual([
      "540p 960x540",
      "1080p 1920x1080",
      "720p 1280x720",
      "360p 640x360",
      "234p 416x234",
    ]);
  });

  it("goes by the short side of a portrait video", () => {
    expect(sizes(720, 1280)).toEqual(["540p 540x960", "720p 720x1280", "360p 360x640", "234p 234x416"]);
  });

  it.each([
    ["a square", 480, 480, ["360p 360x360", "234p 234x234"]],
    ["4:3", 640, 480, ["360p 480x360", "234p 312x234"]],
    ["a wide film", 1920, 800, ["540p 1296x540", "720p 1728x720", "360p 864x360", "234p 562x234"]],
    ["just too small for 720p", 1278, 719, ["540p 960x540", "360p 640x360", "234p 416x234"]],
    ["smaller than every rung", 320, 180, ["180p 320x180"]],
    ["small and odd", 321, 181, ["180p 320x180"]],
    ["smaller than MediaConvert can make", 16, 16, ["32p 32x32"]],
    ["three screens wide", 5760, 1080, ["540p 2880x540", "720p 3840x720", "360p 1920x360", "234p 1248x234"]],
  ])("suits a source that is %s", (_, widthPx, heightPx, expected) => {
    expect(sizes(widthPx, heightPx)).toEqual(expected);
  });

  it("stays at 1080p for a 4K source, unless the larger rungs are asked for", () => {
    expect(sizes(3840, 2160)).not.toContain("2160p 3840x2160");
    expect(sizes(3840, 2160, LADDER)).toEqual(expect.arrayContaining(["2160p 3840x2160", "1440p 2560x1440"]));
  });

  it("can be replaced", () => {
    const rung = { name: "low", shortSidePx: 100, maxBitrateBps: 1, qualityLevel: 1, audioBitrateBps: 1 };
    expect(sizes(200, 100, [rung])).toEqual(["low 200x100"]);
  });

  it("gives a tiny source the rates of the smallest rung", () => {
    expect(renditionsFor({ widthPx: 320, heightPx: 180 }, LADDER)[0]).toMatchObject({
      maxBitrateBps: 350_000,
      qualityLevel: 6,
    });
  });

  it("never enlarges, stays even, keeps the shape, and has at least one rung with unique names", () => {
    fc.assert(
      fc.property(anyPicture, (picture) => {
        const renditions = renditionsFor(picture, LADDER);
        expect(renditions.length).toBeGreaterThan(0);
        expect(new Set(renditions.map(({ name }) => name)).size).toBe(renditions.length);
        for (const { widthPx, heightPx } of renditions) {
          expect(widthPx % 2).toBe(0);
          expect(heightPx % 2).toBe(0);
          expect(widthPx).toBeLessThanOrEqual(Math.max(MIN_SIDE_PX, picture.widthPx));
          expect(heightPx).toBeLessThanOrEqual(Math.max(MIN_SIDE_PX, picture.heightPx));
          expect(longSideOf({ widthPx, heightPx })).toBeLessThanOrEqual(4096);
          // https://docs.aws.amazon.com/mediaconvert/latest/ug/supported-output-resolution-maximums-by-codec.html
          expect(shortSideOf({ widthPx, heightPx })).toBeLessThanOrEqual(2160);
          const raisedToMinimum = shortSideOf({ widthPx, heightPx }) === MIN_SIDE_PX;
          if (!raisedToMinimum) expect(roundingError({ widthPx, heightPx }, picture)).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** How far the long side is from the source's shape, in pixels, given that either side may be off by one. */
function roundingError(rendition: Parameters<typeof shortSideOf>[0], picture: typeof rendition): number {
  const shape = longSideOf(picture) / shortSideOf(picture);
  const ofLongSide = Math.abs(longSideOf(rendition) - shortSideOf(rendition) * shape);
  return ofLongSide / Math.max(1, shape);
}
