import fc from "fast-check";
import {
  estimateCostUsd as estimateAt,
  type PricedRendition,
  priceIn,
} from "../../../lambdas/transcoding/cost-estimate";
import { outputFrameRate } from "../../../lambdas/transcoding/frame-rate";
import { ladderUpTo, renditionsFor } from "../../../lambdas/transcoding/ladder";
import { anyPicture } from "./sources";

const size = (widthPx: number, heightPx: number, rate = 25) => ({
  widthPx,
  heightPx,
  frameRate: outputFrameRate(rate),
});

const estimateCostUsd = (renditions: readonly PricedRendition[], seconds: number) =>
  estimateAt(renditions, seconds, priceIn("us-east-1"));

describe("a region's price", () => {
  it("is the published one where that is known, and says whose it is otherwise", () => {
    expect(priceIn("us-east-1")).toEqual({ region: "us-east-1", usdPerNormalizedMinute: 0.0075 });
    expect(priceIn("eu-west-3")).toEqual(priceIn("us-east-1"));
  });

  it("is an operator's own where one is set", () => {
    const price = priceIn("eu-west-3", 0.009);
    expect(price).toEqual({ region: "eu-west-3", usdPerNormalizedMinute: 0.009 });
    expect(estimateAt([size(1920, 1080)], 3600, price)).toBe(1.08);
  });
});

describe("an hour of one rendition", () => {
  it.each([
    ["SD", size(960, 540, 25), 0.45],
    ["SD in portrait", size(540, 960, 25), 0.45],
    ["the smallest HD", size(1280, 720, 25), 0.9],
    ["HD", size(1920, 1080, 30), 0.9],
    ["HD in portrait", size(1080, 1920, 30), 0.9],
    ["wider than HD", size(1922, 1080, 30), 1.8],
    ["4K", size(3840, 2160, 30), 1.8],
    ["HD at NTSC's 29.97", size(1920, 1080, 30_000 / 1001), 0.9],
    ["HD at 50 frames per second", size(1920, 1080, 50), 1.8],
    ["HD at 120, which is made 60", size(1920, 1080, 120), 1.8],
  ])("in %s costs what the price list says", (_, rendition, usd) => {
    expect(estimateCostUsd([rendition], 3600)).toBe(usd);
  });
});

describe("an estimate", () => {
  it("adds up the renditions", () => {
    // The example of 1080p, 720p, 480p and 360p: 2 x 0.015 + 2 x 0.0075 a minute.
    const renditions = [size(1920, 1080), size(1280, 720), size(854, 480), size(640, 360)];
    expect(estimateCostUsd(renditions, 60)).toBe(0.045);
  });

  it("counts at least 10 seconds of each output", () => {
    expect(estimateCostUsd([size(1920, 1080)], 1)).toBe(estimateCostUsd([size(1920, 1080)], 10));
  });

  it("is rounded up to a hundredth of a cent", () => {
    expect(estimateCostUsd([size(640, 360)], 10)).toBe(0.0013);
  });

  it("is never less for a longer source or a higher ladder", () => {
    const duration = fc.double({ min: 0, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(anyPicture, duration, duration, (picture, one, other) => {
        const standard = renditionsFor(picture, ladderUpTo(1080));
        const short = estimateCostUsd(standard, Math.min(one, other));
        expect(short).toBeLessThanOrEqual(estimateCostUsd(standard, Math.max(one, other)));
        const uhd = renditionsFor(picture, ladderUpTo(2160));
        expect(estimateCostUsd(standard, one)).toBeLessThanOrEqual(estimateCostUsd(uhd, one));
      }),
    );
  });
});
