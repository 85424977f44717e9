import { storyboardOf } from "../../../lambdas/jobs/storyboard";
import { sampleOf, storyboardCues } from "../../../operator/console/page/player/storyboard-cues";

describe("the cues of a storyboard", () => {
  it("are read from what the pipeline writes", () => {
    const playlist = [
      "#EXTM3U",
      "#EXTINF:3.0,",
      "#EXT-X-TILES:RESOLUTION=192x108,LAYOUT=2x2,DURATION=1",
      "sheet 1.jpg",
      "#EXT-X-ENDLIST",
    ].join("\n");
    expect(storyboardCues(storyboardOf(playlist, "hls/images.m3u8") ?? "")).toEqual([
      { from: 0, to: 1, sheet: "hls/sheet 1.jpg", left: 0, top: 0, width: 192, height: 108 },
      { from: 1, to: 2, sheet: "hls/sheet 1.jpg", left: 192, top: 0, width: 192, height: 108 },
      { from: 2, to: 3, sheet: "hls/sheet 1.jpg", left: 0, top: 108, width: 192, height: 108 },
    ]);
  });

  it("are thinned out evenly for a long video", () => {
    const thousand = Array.from({ length: 1000 }, (_, index) => index);
    expect(sampleOf(thousand, 4)).toEqual([0, 250, 500, 750]);
    expect(sampleOf([1, 2], 4)).toEqual([1, 2]);
  });
});
