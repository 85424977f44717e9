import fc from "fast-check";
import { storyboardSettings } from "../../../../lambdas/transcoding/packaging/storyboard";
import type { SourceFacts } from "../../../../lambdas/transcoding/source-facts";
import { anySource, source } from "../sources";

function tiles(facts: Partial<SourceFacts>) {
  const { ImageBasedTrickPlaySettings = {} } = storyboardSettings(source(facts));
  const {
    ThumbnailInterval = 0,
    ThumbnailWidth = 0,
    ThumbnailHeight,
    TileWidth = 0,
    TileHeight = 0,
  } = ImageBasedTrickPlaySettings;
  return { ThumbnailInterval, ThumbnailWidth, ThumbnailHeight, TileWidth, TileHeight };
}

describe("the thumbnails of a storyboard", () => {
  it.each([
    [1920, 1080, 192, 108],
    [1080, 1920, 104, 184],
    [1000, 1000, 104, 104],
    [4000, 1000, 192, 48],
    [64, 36, 64, 36],
  ])("of %dx%d are %dx%d", (widthPx, heightPx, ThumbnailWidth, ThumbnailHeight) => {
    expect(tiles({ widthPx, heightPx })).toMatchObject({ ThumbnailWidth, ThumbnailHeight });
  });

  it("keep the picture's shape where it isn't known before the job", () => {
    expect(tiles({ assumed: true }).ThumbnailHeight).toBeUndefined();
  });

  it.each([
    [3, 1],
    [100, 1],
    [101, 2],
    [500, 5],
    [501, 10],
    [10_000, 10],
    [3 * 3600, 11],
    [undefined, 10],
  ])("of a video of %s s are %d s apart", (durationSeconds, ThumbnailInterval) => {
    expect(tiles({ durationSeconds })).toMatchObject({ ThumbnailInterval });
  });

  it("fill at most 40 sheets of at most 960x960 pixels, in MediaConvert's ranges", () => {
    fc.assert(
      fc.property(anySource, (facts) => {
        const {
          ThumbnailInterval,
          ThumbnailWidth,
          ThumbnailHeight = 2,
          TileWidth,
          TileHeight,
        } = tiles(facts);
        const thumbnails = Math.ceil((facts.durationSeconds ?? 0) / ThumbnailInterval);
        expect(Math.ceil(thumbnails / (TileWidth * TileHeight))).toBeLessThanOrEqual(40);
        expect(ThumbnailWidth % 8).toBe(0);
        expect(ThumbnailWidth).toBeGreaterThanOrEqual(8);
        expect(ThumbnailHeight % 2).toBe(0);
        expect(ThumbnailHeight).toBeGreaterThanOrEqual(2);
        expect(ThumbnailWidth * TileWidth).toBeLessThanOrEqual(960);
        expect(ThumbnailHeight * TileHeight).toBeLessThanOrEqual(960);
      }),
    );
  });
});
