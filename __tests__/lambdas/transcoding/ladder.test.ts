import fc from "fast-check";
import { quotient } from "../../../lambdas/transcoding/frame-rate";
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
      "432p 768x432",
      "360p 640x360",
      "234p 416x234",
    ]);
  });

  it("turns its boxes for a portrait video", () => {
    expect(sizes(720, 1280)).toEqual([
      "540p 540x960",
      "720p 720x1280",
      "432p 432x768",
      "360p 360x640",
      "234p 234x416",
    ]);
  });

  it.each([
    [1280, 536, ["540p 960x402", "720p 1280x536", "432p 768x322", "360p 640x268", "234p 416x174"]],
    [854, 480, ["540p 854x480", "432p 768x432", "360p 640x360", "234p 416x234"]],
    [640, 480, ["540p 640x480", "432p 576x432", "360p 480x360", "234p 312x234"]],
    [480, 480, ["540p 480x480", "432p 432x432", "360p 360x360", "234p 234x234"]],
    [320, 180, ["234p 320x180"]],
    [321, 181, ["234p 320x180"]],
    [16, 16, ["234p 32x32"]],
    [4000, 40, ["1080p 4000x40"]],
  ])("keeps the size of a source of %dx%d", (widthPx, heightPx, expected) => {
    expect(sizes(widthPx, heightPx)).toEqual(expected);
  });

  it.each([
    [1920, 800],
    [1920, 1036],
    [1440, 900],
    [1680, 1050],
    [1919, 1079],
    [1278, 719],
    [1920, 1080],
  ])("loses no more than an odd line of a source of %dx%d", (widthPx, heightPx) => {
    const { widthPx: width, heightPx: height } = renditionsFor(
      { widthPx, heightPx },
      ladderUpTo(1080),
    ).reduce((one, other) => (longSideOf(other) > longSideOf(one) ? other : one));
    expect([width, height]).toEqual([widthPx - (widthPx % 2), heightPx - (heightPx % 2)]);
  });

  it("stays at 1080p for a 4K source, unless the larger rungs are asked for", () => {
    expect(sizes(3840, 2160)).not.toContain("2160p 3840x2160");
    expect(sizes(3840, 2160, LADDER)).toEqual(expect.arrayContaining(["2160p 3840x2160", "1440p 2560x1440"]));
  });

  it("limits a picture wider than 16:9 by its height and by H.264's width", () => {
    expect(sizes(2560, 1080)).toContain("1080p 2560x1080");
    expect(sizes(5760, 1080)).toContain("1080p 4096x768");
  });

  it("can be replaced", () => {
    const rates = { maxBitrateBps: 1, qualityLevel: 1, audioBitrateBps: 1, maxFrameRate: 60 };
    expect(sizes(200, 100, [{ name: "low", longSidePx: 200, shortSidePx: 100, ...rates }])).toEqual([
      "low 200x100",
    ]);
  });

  it.each([
    [320, 180, { maxBitrateBps: 350_000, qualityLevel: 7 }],
    [1280, 536, { maxBitrateBps: 4_000_000, qualityLevel: 8 }],
  ])("gives a source of %dx%d the rates of the smallest box that holds it", (widthPx, heightPx, rates) => {
    expect(renditionsFor({ widthPx, heightPx }, LADDER)).toContainEqual(
      expect.objectContaining({ widthPx, heightPx, ...rates }),
    );
  });

  it("has steps of 1.5 to 2 between its bitrates, as Apple recommends", () => {
    const rates = LADDER.map(({ maxBitrateBps }) => maxBitrateBps).sort((one, other) => one - other);
    const steps = rates.slice(1).map((rate, index) => rate / (rates[index] ?? 0));
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(1.5);
    expect(Math.max(...steps)).toBeLessThanOrEqual(2);
  });

  it("shows rungs below 540p at 30 frames per second or less", () => {
    const rates = renditionsFor({ widthPx: 1920, heightPx: 1080, frameRate: 59.94 }, LADDER).map(
      ({ name, frameRate }) => `${name} ${quotient(frameRate).toFixed(2)}`,
    );
    expect(rates).toEqual([
      ...["540p 59.94", "1080p 59.94", "720p 59.94"],
      ...["432p 29.97", "360p 29.97", "234p 29.97"],
    ]);
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

describe("the ladder with a cellular variant", () => {
  const ladder = ladderUpTo(1080, { cellular: true });

  it("ends with 144p at no more than 15 frames per second", () => {
    const renditions = renditionsFor({ widthPx: 1920, heightPx: 1080, frameRate: 50 }, ladder);
    expect(renditions).toHaveLength(7);
    const { name, widthPx, heightPx, frameRate } = renditions[6] ?? {};
    expect([name, widthPx, heightPx, frameRate]).toEqual([
      ...["144p", 256, 144],
      { numerator: 25, denominator: 2 },
    ]);
  });

  it.each([
    [
      "a source of low bitrate",
      { widthPx: 1920, heightPx: 1080, videoBitrateBps: 780_000 },
      "1080p 360p 234p 144p",
    ],
    ["a source smaller than it", { widthPx: 200, heightPx: 100 }, "234p 144p"],
    ["a portrait source", { widthPx: 360, heightPx: 640 }, "360p 234p 144p"],
  ])("includes 144p for %s, and keeps the largest rendition", (_source, source, names) => {
    const renditions = renditionsFor(source, ladder);
    expect(renditions.map(({ name }) => name).join(" ")).toBe(names);
    expect(renditions[0]).toMatchObject({ widthPx: source.widthPx, heightPx: source.heightPx });
  });
});

describe("the ladder of an interlaced source", () => {
  const ratesOf = (frameRate: number, fieldDoubling: boolean, interlaced = true) =>
    renditionsFor({ widthPx: 1920, heightPx: 1080, frameRate, interlaced }, ladderUpTo(1080), {
      fieldDoubling,
    }).map((rendition) => `${rendition.name} ${quotient(rendition.frameRate).toFixed(2)}`);

  it.each([
    [25, "50.00", "25.00"],
    [30_000 / 1001, "59.94", "29.97"],
  ])("doubles %d frames per second from 540p on, if asked for", (frameRate, doubled, single) => {
    expect(ratesOf(frameRate, true)).toEqual([
      ...["540p", "1080p", "720p"].map((name) => `${name} ${doubled}`),
      ...["432p", "360p", "234p"].map((name) => `${name} ${single}`),
    ]);
    expect(new Set(ratesOf(frameRate, false).map((text) => text.split(" ")[1]))).toEqual(new Set([single]));
  });

  it("never doubles a progressive source's rate", () => {
    expect(ratesOf(25, true, false)).toEqual(ratesOf(25, false, false));
  });
});

describe("the ladder of a source of low bitrate", () => {
  const ladderOf = (videoBitrateBps?: number, videoCodec = "AVC") =>
    renditionsFor({ widthPx: 1920, heightPx: 1080, videoBitrateBps, videoCodec }, ladderUpTo(1080)).map(
      ({ name, maxBitrateBps }) => `${name} ${maxBitrateBps}`,
    );

  it("has no bitrate far above the source's, and keeps steps between its rungs", () => {
    expect(ladderOf(780_000)).toEqual(["1080p 1170000", "360p 700000", "234p 350000"]);
  });

  it("allows for the lower efficiency of H.264", () => {
    expect(ladderOf(780_000, "HEVC")).toEqual([
      ...["1080p 2340000", "432p 1100000", "360p 700000", "234p 350000"],
    ]);
  });

  it("is never below the smallest rung's bitrate", () => {
    expect(ladderOf(1)).toEqual(["1080p 350000"]);
  });

  it.each([undefined, 50_000_000])("is whole at %s", (bitrate) => {
    expect(ladderOf(bitrate)).toHaveLength(6);
  });

  it("has no rendition above one and a half times the source's bitrate, except the smallest", () => {
    fc.assert(
      fc.property(anyPicture, fc.integer({ min: 1, max: 100_000_000 }), (picture, videoBitrateBps) => {
        for (const { maxBitrateBps } of renditionsFor({ ...picture, videoBitrateBps }, LADDER)) {
          expect(maxBitrateBps).toBeLessThanOrEqual(Math.max(350_000, Math.round(1.5 * videoBitrateBps)));
        }
      }),
    );
  });

  it("sums up to less than five times the source", () => {
    fc.assert(
      fc.property(fc.integer({ min: 350_000, max: 100_000_000 }), (bitrate) => {
        const total = renditionsFor({ widthPx: 3840, heightPx: 2160, videoBitrateBps: bitrate }, LADDER)
          .map(({ maxBitrateBps }) => maxBitrateBps)
          .reduce((sum, rate) => sum + rate, 0);
        expect(total).toBeLessThan(5 * bitrate);
      }),
    );
  });
});

/** How far the long side is from the source's shape, in pixels, given that either side may be off by one. */
function roundingError(rendition: Parameters<typeof shortSideOf>[0], picture: typeof rendition): number {
  const shape = longSideOf(picture) / shortSideOf(picture);
  const ofLongSide = Math.abs(longSideOf(rendition) - shortSideOf(rendition) * shape);
  return ofLongSide / Math.max(1, shape);
}
