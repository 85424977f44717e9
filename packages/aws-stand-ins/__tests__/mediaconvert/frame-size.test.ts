import { outputSize, type Size } from "../../mediaconvert/frame-size";
import type { SourceVideo } from "../../mediaconvert/source";

const HD = { width: 1280, height: 720 };
const picture = (stored: Size, more: Partial<SourceVideo> = {}): SourceVideo => ({
  streamIndex: 0,
  ...stored,
  rotation: 0,
  interlaced: false,
  color: {},
  sampleAspectRatio: { numerator: 1, denominator: 1 },
  frameRate: { numerator: 25, denominator: 1 },
  span: { startSeconds: 0, endSeconds: 1 },
  ...more,
});

const fitNoUpscale = (stored: Size, box: Size, rotation = 0) =>
  outputSize(picture(stored), rotation, { ...box, scalingBehavior: "FIT_NO_UPSCALE" });

describe("FIT_NO_UPSCALE", () => {
  it.each([
    ["scales to the box's width", { width: 100, height: 100 }, { width: 100, height: 56 }],
    [
      "scales to the box's height, rounded to even",
      { width: 8192, height: 480 },
      { width: 854, height: 480 },
    ],
    ["keeps a smaller picture's size", { width: 1920, height: 1080 }, HD],
  ])("%s", (_what, box, size) => {
    expect(fitNoUpscale(HD, box)).toEqual(size);
  });

  it("makes odd sides even", () => {
    expect(fitNoUpscale({ width: 641, height: 361 }, HD)).toEqual({ width: 642, height: 362 });
  });

  it("fits a picture that is turned as it is seen", () => {
    expect(fitNoUpscale(HD, { width: 360, height: 640 }, 90)).toEqual({ width: 360, height: 640 });
  });
});

describe("an anamorphic picture", () => {
  const pal = picture({ width: 720, height: 576 }, { sampleAspectRatio: { numerator: 64, denominator: 45 } });
  const box = { width: 1024, height: 576 };

  it("loses its shape with FIT_NO_UPSCALE, which counts stored pixels", () => {
    expect(outputSize(pal, 0, { ...box, scalingBehavior: "FIT_NO_UPSCALE" })).toEqual({
      width: 720,
      height: 576,
    });
  });

  it("fills the box with STRETCH_TO_OUTPUT", () => {
    expect(outputSize(pal, 0, { ...box, scalingBehavior: "STRETCH_TO_OUTPUT" })).toEqual(box);
  });
});
