import { checkedWebVtt } from "../../lambdas/captions/webvtt";
import { webVttOfTtml } from "../../operator/ttml";

const ttml = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"
  xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang="ja">
  <head><layout>
    <region xml:id="bottom" tts:displayAlign="after" tts:origin="10% 10%" tts:extent="80% 80%"/>
    <region xml:id="top" tts:displayAlign="before" tts:origin="10% 10%" tts:extent="80% 80%"/>
    <region xml:id="right" tts:writingMode="tbrl" tts:origin="10% 10%" tts:extent="80% 80%"/>
  </layout></head>
  <body><div>${body}</div></body>
</tt>`;

describe("a TTML file", () => {
  it("becomes WebVTT with ruby, vertical text, positions and styles", () => {
    const webVtt = webVttOfTtml(
      ttml(`
        <p region="bottom" begin="00:00:01.000" end="00:00:03.000">1 &lt; 2<br/>&amp; <span tts:fontStyle="italic">夏</span></p>
        <p region="right" begin="00:00:02.000" end="00:00:04.000"><span tts:ruby="container"><span
          tts:ruby="base">夏祭</span><span tts:ruby="text">なつまつ</span></span>り</p>
        <p region="top" begin="5s" end="6.5s"><span tts:fontWeight="bold">上</span></p>`),
    );
    expect(webVtt).toBe(
      [
        "WEBVTT",
        "00:00:01.000 --> 00:00:03.000\n1 &lt; 2\n&amp; <i>夏</i>",
        "00:00:02.000 --> 00:00:04.000 vertical:rl\n<ruby>夏祭<rt>なつまつ</rt></ruby>り",
        "00:00:05.000 --> 00:00:06.500 line:0\n<b>上</b>\n",
      ].join("\n\n"),
    );
    expect(checkedWebVtt(webVtt)).toBe(webVtt);
  });

  it.each([
    ["text that isn't XML", "WEBVTT", /isn't valid TTML/],
    ["XML that is cut off", ttml("").slice(0, 200), /isn't valid TTML|has no cue/],
    ["nothing to show", ttml(""), /has no cue/],
    ["a cue without an end", ttml('<p region="top" begin="1s">夏</p>'), /has no end/],
  ])("is refused with %s", (_, xml, fault) => {
    expect(() => webVttOfTtml(xml)).toThrow(fault);
  });
});
