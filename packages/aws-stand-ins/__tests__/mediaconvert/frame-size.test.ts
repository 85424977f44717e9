import { displaySize, fitNoUpscale } from "../../mediaconvert/frame-size";

const HD = { width: 1280, height: 720 };

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
});

it("shows an anamorphic picture with square pixels, and turned if it is rotated", () => {
  const video = {
    streamIndex: 0,
    width: 720,
    height: 576,
    rotation: 90,
    interlaced: false,
    hdr: false,
    sampleAspectRatio: { numerator: 64, denominator: 45 },
    frameRate: { numerator: 25, denominator: 1 },
  };
  expect(displaySize(video, 90)).toEqual({ width: 576, height: 1024 });
  expect(displaySize(video, 0)).toEqual({ width: 1024, height: 576 });
});
