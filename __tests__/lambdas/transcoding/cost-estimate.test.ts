import fc from "fast-check";
import {
  estimateCostUsd as estimateAt,
  type PricedRendition,
  pricedSound,
  priceIn,
} from "../../../lambdas/transcoding/cost-estimate";
import { outputFrameRate } from "../../../lambdas/transcoding/frame-rate";
import { ladderUpTo, renditionsFor } from "../../../lambdas/transcoding/ladder";
import { type AudioRendition, audioRenditionsOf } from "../../../lambdas/transcoding/packaging/audio";
import type { Packaging } from "../../../lambdas/transcoding/packaging/stream-options";
import { anyPicture, source } from "./sources";

const size = (widthPx: number, heightPx: number, rate = 25) => ({
  widthPx,
  heightPx,
  frameRate: outputFrameRate(rate),
});

const estimateCostUsd = (renditions: readonly PricedRendition[], seconds: number) =>
  estimateAt(renditions, seconds, priceIn("us-east-1"));

const TWO_RENDITIONS = renditionsFor({ widthPx: 640, heightPx: 360 }, ladderUpTo(1080));

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

  describe("with sound", () => {
    const renditions = [size(1920, 1080), size(640, 360)];
    const [english, japanese] = audioRenditionsOf(
      source({
        tracks: [
          { type: "audio", number: 1, codec: "AAC", language: "en" },
          { type: "audio", number: 2, codec: "AAC", language: "ja" },
        ],
      }),
    );
    const usd = (
      packaging: Packaging,
      audio: (AudioRendition | undefined)[],
      loudnessTargetLkfs?: number,
    ) => {
      const known = audio.filter((rendition) => rendition !== undefined);
      const sound = pricedSound({ packaging, renditions: TWO_RENDITIONS, audio: known, loudnessTargetLkfs });
      return estimateAt(renditions, 6000, priceIn("us-east-1"), sound);
    };
    // The picture is 3 normalized minutes of 0.0075 a minute: 2.25 for 100 minutes.
    it.each([
      ["in the picture's segments is part of their price", usd("hls", [english]), 2.25],
      ["in files of its own counts 0.4 a track", usd("hls", [english, japanese]), 2.85],
      ["in CMAF counts also if there is one track", usd("cmaf", [english]), 2.55],
      ["that doesn't exist costs nothing", usd("cmaf", []), 2.25],
      // (3 + 0.4 + 0.17) x 0.012, and (3 + 2 x 0.17) x 0.012.
      [
        "that is normalized costs the Professional tier and 0.17 an output",
        usd("cmaf", [english], -24),
        4.284,
      ],
      ["that is normalized in every rendition costs that for each", usd("hls", [english], -24), 4.008],
    ])("%s", (_what, estimate, expected) => {
      expect(estimate).toBeCloseTo(expected, 4);
    });
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
