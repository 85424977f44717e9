import { imagePlaylistOf, storyboardOf } from "../../../lambdas/jobs/storyboard";

/** An image playlist as MediaConvert's documentation names it: Roku's format. */
const playlist = (...entries: readonly (readonly [seconds: string, tiles: string, uri: string])[]) =>
  [
    ...["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:54", "#EXT-X-MEDIA-SEQUENCE:1"],
    ...["#EXT-X-IMAGES-ONLY", "#EXT-X-PLAYLIST-TYPE:VOD"],
    ...entries.flatMap(([seconds, tiles, uri]) => [`#EXTINF:${seconds},`, `#EXT-X-TILES:${tiles}`, uri]),
    "#EXT-X-ENDLIST",
  ].join("\r\n");

/** The cues of a storyboard: "start --> end" and the part of a sheet. */
const cues = (text: string | undefined) =>
  text
    ?.trimEnd()
    .split("\n\n")
    .slice(1)
    .map((cue) => cue.split("\n"));

describe("a storyboard", () => {
  it("has a cue for each thumbnail, in rows from left to right", () => {
    const layout = "RESOLUTION=312x176,LAYOUT=2x2,DURATION=6";
    const text = storyboardOf(playlist(["24", layout, "T_1.jpg"], ["8.5", layout, "T_2.jpg"]), "T.m3u8");
    expect(text).toMatch(/^WEBVTT\n\n/);
    expect(cues(text)).toEqual([
      ["00:00:00.000 --> 00:00:06.000", "T_1.jpg#xywh=0,0,312,176"],
      ["00:00:06.000 --> 00:00:12.000", "T_1.jpg#xywh=312,0,312,176"],
      ["00:00:12.000 --> 00:00:18.000", "T_1.jpg#xywh=0,176,312,176"],
      ["00:00:18.000 --> 00:00:24.000", "T_1.jpg#xywh=312,176,312,176"],
      ["00:00:24.000 --> 00:00:30.000", "T_2.jpg#xywh=0,0,312,176"],
      ["00:00:30.000 --> 00:00:32.500", "T_2.jpg#xywh=312,0,312,176"],
    ]);
  });

  it("ends with the video, even if the last thumbnail stands for less time than the others", () => {
    const sheets = playlist(
      ["54", "RESOLUTION=312x176,LAYOUT=3x3,DURATION=6", "T_1.jpg"],
      ["2", "RESOLUTION=312x176,LAYOUT=3x3,DURATION=2", "T_2.jpg"],
    );
    expect(cues(storyboardOf(sheets, "T.m3u8"))?.at(-1)).toEqual([
      "00:00:54.000 --> 00:00:56.000",
      "T_2.jpg#xywh=0,0,312,176",
    ]);
  });

  it("has no cue of a rounding error's length", () => {
    const sheets = playlist(["10.010010", "RESOLUTION=8x8,LAYOUT=5x5,DURATION=5.005", "T.jpg"]);
    expect(cues(storyboardOf(sheets, "T.m3u8"))).toHaveLength(2);
  });

  it("counts hours", () => {
    const sheets = playlist(["36610", "RESOLUTION=8x8,LAYOUT=1x2,DURATION=36605", "T.jpg"]);
    expect(cues(storyboardOf(sheets, "T.m3u8"))?.[1]?.[0]).toBe("10:10:05.000 --> 10:10:10.000");
  });

  it("divides a sheet evenly if its thumbnails have no duration", () => {
    const sheets = playlist(["8", "RESOLUTION=8x8,LAYOUT=2x2", "T.jpg"]);
    expect(cues(storyboardOf(sheets, "T.m3u8"))?.map(([time]) => time)).toEqual([
      "00:00:00.000 --> 00:00:02.000",
      "00:00:02.000 --> 00:00:04.000",
      "00:00:04.000 --> 00:00:06.000",
      "00:00:06.000 --> 00:00:08.000",
    ]);
  });

  it("names sheets relative to itself, wherever the image playlist is", () => {
    const sheets = playlist(["5", "RESOLUTION=8x8,LAYOUT=1x1,DURATION=5", "a%20b.jpg"]);
    expect(cues(storyboardOf(sheets, "images/T.m3u8"))?.[0]?.[1]).toBe("images/a%20b.jpg#xywh=0,0,8,8");
  });

  it.each([
    ["without sheets", playlist()],
    ["whose sheets have no layout", playlist(["5", "RESOLUTION=8x8", "T.jpg"])],
    ["whose sheets are elsewhere", playlist(["5", "RESOLUTION=8x8,LAYOUT=1x1", "https://example.com/T.jpg"])],
    ["that is something else", "<html>"],
    ["that is empty", ""],
  ])("isn't made from a playlist %s", (_what, text) => {
    expect(storyboardOf(text, "T.m3u8")).toBeUndefined();
  });
});

it("is made from the image playlist that the master playlist names, if it names one", () => {
  const stream = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmain_720p.m3u8\n";
  const image =
    '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9,RESOLUTION=8x8,CODECS="jpeg",URI="main_Thumbnail.m3u8"\n';
  expect(imagePlaylistOf(stream + image)).toBe("main_Thumbnail.m3u8");
  expect(imagePlaylistOf(stream)).toBeUndefined();
});
