import { webVttOfSrt } from "../../../lambdas/captions/srt";
import { checkedWebVtt } from "../../../lambdas/captions/webvtt";

const JAPANESE = `WEBVTT

STYLE
::cue { color: yellow }

REGION
id:bottom

NOTE A comment

1
00:01.000 --> 00:02.500 vertical:rl line:0 position:20%
<ruby>夏祭<rt>なつまつ</rt></ruby>り

00:00:02.500 --> 00:00:03.000
&amp; <i>花火</i>
`;

describe("a WebVTT file", () => {
  it("keeps ruby, vertical cues, positions, styles and comments as they are", () => {
    expect(checkedWebVtt(JAPANESE)).toBe(JAPANESE);
  });

  it("loses its carriage returns and what stands in its header", () => {
    const header = "WEBVTT - 夏\r\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\r\n\r\n";
    expect(checkedWebVtt(`${header}00:01.000 --> 00:02.000\r\n夏\r\n`)).toBe(
      "WEBVTT\n\n00:01.000 --> 00:02.000\n夏\n",
    );
  });

  it.each([
    ["another format", "1\n00:00:01,000 --> 00:00:02,000\nText", /isn't WebVTT/],
    ["no cue", "WEBVTT\n\nNOTE nothing\n", /has no cue/],
    [
      "a cue that ends before it starts",
      "WEBVTT\n\n1\n00:05.000 --> 00:03.000\nText",
      /^Line 4: .* ends before/,
    ],
    [
      "a cue before the previous one",
      "WEBVTT\n\n00:05.000 --> 00:06.000\nA\n\n00:04.000 --> 00:06.000\nB",
      /^Line 6: the cue starts before/,
    ],
    ["times as in SRT", "WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nText", /^Line 3: no cue begins here/],
    ["a cue without times", "WEBVTT\n\nText\nmore\nof it", /^Line 3: no cue begins here/],
    [
      "two cues without an empty line between them",
      "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n00:02.000 --> 00:03.000\nB",
      /^Line 3: the cue has no empty line/,
    ],
  ])("is refused with %s", (_, text, fault) => {
    expect(() => checkedWebVtt(text)).toThrow(fault);
  });
});

describe("an SRT file", () => {
  it("becomes WebVTT with its markup, ruby and position", () => {
    const srt = [
      "1",
      "00:00:01,000 --> 00:00:02,500",
      '{\\an8}<font color="#fff"><I>夏</I></font> & 1 < 2',
      "",
      "2",
      "1:00:03.5 --> 01:00:04,25 X1:0",
      "<ruby>花火<rt>はなび</rt></ruby>",
      "second line",
      "",
    ].join("\r\n");
    const webVtt = [
      "WEBVTT\n",
      "00:00:01.000 --> 00:00:02.500 line:0",
      "<i>夏</i> &amp; 1 &lt; 2\n",
      "01:00:03.500 --> 01:00:04.250",
      "<ruby>花火<rt>はなび</rt></ruby>",
      "second line\n",
    ].join("\n");
    expect(webVttOfSrt(srt)).toBe(webVtt);
    expect(checkedWebVtt(webVtt)).toBe(webVtt);
  });

  it.each([
    ["no cue", "\n\n", /has no cue/],
    ["text outside of a cue", "1\n00:00:01,000 --> 00:00:02,000\nA\n\nstray", /^Line 5: no cue begins here/],
    ["WebVTT instead", "WEBVTT\n\n00:01.000 --> 00:02.000\nA", /^Line 1: no cue begins here/],
    ["a cue that ends before it starts", "1\n00:00:03,000 --> 00:00:02,000\nA", /^Line 2: .* ends before/],
  ])("is refused with %s", (_, text, fault) => {
    expect(() => webVttOfSrt(text)).toThrow(fault);
  });
});
