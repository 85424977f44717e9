import fc from "fast-check";
import type { SourceFacts } from "../../../lambdas/transcoding/source-facts";
import { thumbnailOutputGroup } from "../../../lambdas/transcoding/thumbnails";
import { anySource, source } from "./sources";

function videoFor(facts: Partial<SourceFacts>) {
  const video = thumbnailOutputGroup(source(facts), "s3://thumbnails/j/main").Outputs?.[0]?.VideoDescription;
  const {
    FramerateNumerator = 0,
    FramerateDenominator = 0,
    MaxCaptures,
  } = video?.CodecSettings?.FrameCaptureSettings ?? {};
  return { ...video, MaxCaptures, intervalSeconds: FramerateDenominator / FramerateNumerator };
}

/** MediaConvert captures the first frame, then one per interval; at the very end there is no frame left. */
function captureTimes(durationSeconds: number): number[] {
  const { intervalSeconds } = videoFor({ durationSeconds });
  const count = Math.ceil(durationSeconds / intervalSeconds);
  return Array.from({ length: count }, (_, index) => index * intervalSeconds);
}

describe("the thumbnails", () => {
  it.each([
    [1, [0, 0.25, 0.5, 0.75]],
    [2, [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]],
    [2.5, [0, 0.5, 1, 1.5, 2]],
    [5, [0, 1, 2, 3, 4]],
    [8, [0, 1, 2, 3, 4, 5, 6, 7]],
    [8.02, [0, 2, 4, 6, 8]],
    [13, [0, 2, 4, 6, 8, 10, 12]],
    [30, [0, 5, 10, 15, 20, 25]],
    [60, [0, 10, 20, 30, 40, 50]],
  ])("of a clip of %d s are captured at %j", (durationSeconds, times) => {
    expect(captureTimes(durationSeconds)).toEqual(times);
  });

  it.each([
    [10_000, 10],
    [10_001, 11],
    [undefined, 10],
  ])("of a video of %s s are captured every %d s", (durationSeconds, intervalSeconds) => {
    expect(videoFor({ durationSeconds })).toMatchObject({ intervalSeconds });
  });

  it.each([
    [1920, 1080, 640, 360],
    [1080, 1920, 360, 640],
    [320, 180, 320, 180],
    [321, 181, 320, 180],
    [4000, 1000, 1280, 320],
  ])("of %dx%d are %dx%d", (widthPx, heightPx, Width, Height) => {
    expect(videoFor({ widthPx, heightPx })).toMatchObject({ Width, Height });
  });

  it("reach the end of every video within the maximum number of captures", () => {
    fc.assert(
      fc.property(anySource, ({ durationSeconds = 0 }) => {
        const { MaxCaptures } = videoFor({ durationSeconds });
        expect(captureTimes(durationSeconds).length).toBeLessThanOrEqual(Number(MaxCaptures));
      }),
    );
  });
});
