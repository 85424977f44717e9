import fc from "fast-check";
import { halvedAbove, outputFrameRate, quotient } from "../../../lambdas/transcoding/frame-rate";

const exact = (numerator: number, denominator = 1) => ({ numerator, denominator });

describe("the outputs' frame rate", () => {
  it.each([
    ["a standard rate", 25, exact(25)],
    ["NTSC film", 23.976, exact(24_000, 1001)],
    ["film", 24, exact(24)],
    ["NTSC video", 29.97, exact(30_000, 1001)],
    ["film at twice the rate", 48, exact(48)],
    ["a phone's 30", 30.02, exact(30)],
    ["a phone's 30, measured too low", 29.87, exact(30_000, 1001)],
    ["a phone's 60, above the limit", 60.05, exact(60)],
    ["NTSC at 60", 59.94, exact(60_000, 1001)],
    ["slow motion", 240, exact(60)],
    ["NTSC slow motion", 120_000 / 1001, exact(60_000, 1001)],
    ["100 frames per second", 100, exact(50)],
    ["a screen recording at 15", 15, exact(30)],
    ["old web video at 12.5", 12.5, exact(25)],
    ["one frame per second", 1, exact(30)],
    ["the mean of a phone's variable rate", 22.1, exact(30)],
    ["the mean of a variable rate above 30", 41, exact(60)],
    ["an unknown rate", undefined, exact(30)],
    ["a rate of 0", 0, exact(30)],
  ])("of %s (%s) is a standard one", (_, rate, expected) => {
    expect(outputFrameRate(rate)).toEqual(expected);
  });

  it("shows every frame of a source of at most 60 frames per second", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 60, noNaN: true }), (rate) => {
        // A rate within 1.5 % of a standard one differs by less than a frame a second.
        expect(quotient(outputFrameRate(rate))).toBeGreaterThanOrEqual(rate / 1.0151);
      }),
    );
  });

  it("is 23.976 to 60, and costs no more than a source of at most 30 needs", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1000, noNaN: true }), (rate) => {
        const output = quotient(outputFrameRate(rate));
        expect(output).toBeGreaterThan(23.97);
        expect(output).toBeLessThanOrEqual(60);
        if (rate <= 30) expect(output).toBeLessThanOrEqual(30);
      }),
    );
  });

  it.each([
    [exact(60_000, 1001), 30, exact(30_000, 1001)],
    [exact(50), 30, exact(25)],
    [exact(30), 30, exact(30)],
    [exact(60_000, 1001), 15, exact(15_000, 1001)],
    [exact(50), 15, exact(25, 2)],
    [exact(24), 15, exact(12)],
  ])("of %j with a limit of %d is %j", (rate, limit, halved) => {
    expect(halvedAbove(rate, limit)).toEqual(halved);
  });
});
