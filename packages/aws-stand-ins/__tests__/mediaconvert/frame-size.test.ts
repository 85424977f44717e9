import { displaySize, frameFor } from "../../mediaconvert/frame-size";

const HD = { width: 1280, height: 720 };

test.each([
  ["DEFAULT" as const, { width: 100, height: 56 }, { width: 100, height: 100 }],
  ["STRETCH_TO_OUTPUT" as const, { width: 100, height: 100 }, { width: 100, height: 100 }],
  ["FIT" as const, { width: 100, height: 56 }, { width: 100, height: 56 }],
  ["FIT_NO_UPSCALE" as const, { width: 100, height: 56 }, { width: 100, height: 56 }],
  ["FILL" as const, { width: 178, height: 100 }, { width: 100, height: 100 }],
])("1280x720 into 100x100 by %s", (scalingBehavior, scaled, frame) => {
  expect(frameFor(HD, { width: 100, height: 100, scalingBehavior })).toEqual({ scaled, frame });
});

test("FIT_NO_UPSCALE keeps a smaller picture's size, FIT doesn't", () => {
  const box = { width: 1920, height: 1080 };
  expect(frameFor(HD, { ...box, scalingBehavior: "FIT_NO_UPSCALE" }).frame).toEqual(HD);
  expect(frameFor(HD, { ...box, scalingBehavior: "FIT" }).frame).toEqual(box);
});

test("a missing side follows from the source's shape, rounded to even", () => {
  expect(frameFor(HD, { height: 480 }).frame).toEqual({ width: 854, height: 480 });
  expect(frameFor(HD, { width: 640 }).frame).toEqual({ width: 640, height: 360 });
  expect(frameFor({ width: 641, height: 361 }, {}).frame).toEqual({ width: 642, height: 362 });
});

test("a turned, anamorphic picture is as a player shows it", () => {
  const video = {
    ...{ streamIndex: 0, width: 720, height: 576, rotation: 90, interlaced: false, hdr: false },
    sampleAspectRatio: { numerator: 64, denominator: 45 },
    frameRate: { numerator: 25, denominator: 1 },
  };
  expect(displaySize(video, 90)).toEqual({ width: 576, height: 1024 });
  expect(displaySize(video, 0)).toEqual({ width: 1024, height: 576 });
});
