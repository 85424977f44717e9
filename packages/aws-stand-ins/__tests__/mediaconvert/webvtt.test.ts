import { withStyle } from "../../mediaconvert/caption-style";
import { parseTtml } from "../../mediaconvert/ttml";
import { parseSrt, parseWebVtt, writeWebVtt } from "../../mediaconvert/webvtt";

const JAPANESE = `WEBVTT - a film

STYLE
::cue { color: yellow }

NOTE not for viewers

opening
00:01.000 --> 00:02.500 vertical:rl line:0 position:20%
<ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby> & <b>夏</b>

01:00:00.000 --> 01:00:01.000
second line
and third
`;

describe("a WebVTT file", () => {
  it("is written as it was read, except for notes and its title", () => {
    expect(writeWebVtt(parseWebVtt(JAPANESE.replaceAll("\n", "\r\n")), "X: y")).toBe(`WEBVTT
X: y

STYLE
::cue { color: yellow }

opening
00:00:01.000 --> 00:00:02.500 vertical:rl line:0 position:20%
<ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby> & <b>夏</b>

01:00:00.000 --> 01:00:01.000
second line
and third
`);
  });

  it.each([
    ["1\n00:00:01,000 --> 00:00:02,000\nan SRT file", /doesn't begin with "WEBVTT"/],
    ["WEBVTT\n\n00:01 --> 00:02\nno milliseconds", /times of a cue can't be read: "00:01 --> 00:02"/],
    ["WEBVTT\n\ntext without times", /times of a cue can't be read: "text without times"/],
  ])("is refused if it is %j", (text, message) => {
    expect(() => parseWebVtt(text)).toThrow(message);
  });
});

it("reads the cues of an SRT file, without their numbers", () => {
  expect(
    parseSrt(
      "\uFEFF1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n夏\r\n",
    ),
  ).toEqual({
    styles: [],
    cues: [
      { id: undefined, start: 1, end: 2.5, settings: "", text: "Hello" },
      { id: undefined, start: 3, end: 4, settings: "", text: "夏" },
    ],
  });
});

it("reads the paragraphs of a TTML file, in lines", () => {
  const text = `<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div>
    <p begin="00:00:01.500" end="3s">One <span>two</span><br/>three</p>
    <p begin="4s" dur="500ms">夏</p></div></body></tt>`;
  expect(parseTtml(text).cues).toEqual([
    { start: 1.5, end: 3, settings: "", text: "One two\nthree" },
    { start: 4, end: 4.5, settings: "", text: "夏" },
  ]);
  expect(() => parseTtml("<tt><p>")).toThrow(/not XML/);
  expect(() => parseTtml('<tt><p begin="00:00:01:12" end="2s">x</p></tt>')).toThrow(
    /time "00:00:01:12" can't be read/,
  );
});

describe("StylePassthrough", () => {
  const [cue] = parseWebVtt(JAPANESE).cues;
  const first = (style: "STRICT" | "ENABLED" | "DISABLED") => withStyle(parseWebVtt(JAPANESE), style).cues[0];

  it("STRICT keeps ruby, vertical text, positions and styles", () => {
    expect(withStyle(parseWebVtt(JAPANESE), "STRICT").styles).toHaveLength(1);
    expect(first("STRICT")).toEqual(cue);
  });

  it("ENABLED keeps positions and bold, and makes ruby text", () => {
    expect(first("ENABLED")).toMatchObject({
      settings: "line:0 position:20%",
      text: "東とう京きょう & <b>夏</b>",
    });
  });

  it("DISABLED keeps nothing but text", () => {
    expect(first("DISABLED")).toMatchObject({ settings: "", text: "東とう京きょう & 夏" });
  });
});
