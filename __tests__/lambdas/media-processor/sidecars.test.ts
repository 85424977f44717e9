import { findSidecars } from "../../../lambdas/media-processor/sidecars";
import { OneVersionStore } from "./stand-ins";

const WEBVTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n夏\n";
const SRT = "1\n00:00:01,000 --> 00:00:02,000\nSummer\n";
const TTML =
  '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">夏</p></div></body></tt>';

/** What is found next to `films/film.mp4`. */
async function found(files: Record<string, string | Buffer>) {
  const store = new OneVersionStore();
  for (const [name, content] of Object.entries(files)) store.files.set(`films/${name}`, Buffer.from(content));
  return findSidecars({ bucket: "raw", key: "films/film.mp4" }, store);
}

describe("the captions next to a video", () => {
  it("are found by name, plain subtitles first, and without those of other videos", async () => {
    const { captions, faults } = await found({
      "film.en.sdh.srt": SRT,
      "film.ja.forced.vtt": WEBVTT,
      "film.ja.vtt": WEBVTT,
      "film.mp4": "video",
      "film.part2.ja.vtt": WEBVTT,
      "film.zh-Hant.ttml": TTML,
    });
    const url = (name: string) => `s3://raw/films/${name}`;
    expect(faults).toEqual([]);
    expect(captions).toEqual([
      { language: "ja", kind: "subtitles", from: { url: url("film.ja.vtt"), format: "WebVTT" } },
      { language: "zh-Hant", kind: "subtitles", from: { url: url("film.zh-Hant.ttml"), format: "TTML" } },
      { language: "en", kind: "sdh", from: { url: url("film.en.sdh.srt"), format: "SRT" } },
      { language: "ja", kind: "forced", from: { url: url("film.ja.forced.vtt"), format: "WebVTT" } },
    ]);
  });

  it.each([
    [
      "in Shift_JIS",
      "film.ja.vtt",
      Buffer.from([...Buffer.from("WEBVTT\n\n"), 0x89, 0xc4]),
      /seems to be SHIFT_JIS/,
    ],
    ["in UTF-16", "film.ja.vtt", Buffer.from(`\ufeff${WEBVTT}`, "utf16le"), /seems to be UTF-16LE/],
    ["empty", "film.ja.vtt", "", /The file is empty/],
    ["in another format than its ending", "film.ja.vtt", SRT, /isn't WebVTT/],
    ["with cue times backwards", "film.ja.srt", SRT.replace("00:00:02", "00:00:00"), /ends before it starts/],
    ["cut off", "film.ja.ttml", TTML.slice(0, 60), /isn't TTML, or is cut off/],
    ["too large", "film.ja.vtt", Buffer.alloc(2 * 2 ** 20 + 1), /more than 2 MiB/],
    ["misnamed", "film.vtt", WEBVTT, /The name has no language. Name it like film.ja.vtt/],
  ])("are left out with a sentence if a file is %s", async (_, name, content, fault) => {
    const { captions, faults } = await found({ [name]: content, "film.en.vtt": WEBVTT });
    expect(captions.map(({ language }) => language)).toEqual(["en"]);
    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(faults[0]).toMatch(new RegExp(`^The stream lacks ${name}\\. `));
  });

  it("are one for each language and kind, in the format that says more", async () => {
    const { captions, faults } = await found({ "film.ja.srt": SRT, "film.ja.vtt": WEBVTT });
    expect(captions).toEqual([
      expect.objectContaining({ from: expect.objectContaining({ format: "WebVTT" }) }),
    ]);
    expect(faults).toEqual(["The stream lacks film.ja.srt. film.ja.vtt has the same captions."]);
  });

  it("are at most 20", async () => {
    const languages = "ar bg cs da de el en es et fi fr he hi hr hu id it ja ko lt lv nl".split(" ");
    const { captions, faults } = await found(
      Object.fromEntries(languages.map((language) => [`film.${language}.vtt`, WEBVTT])),
    );
    expect({ captions: captions.length, faults }).toEqual({
      captions: 20,
      faults: [
        "The stream lacks film.lv.vtt. A job takes 20.",
        "The stream lacks film.nl.vtt. A job takes 20.",
      ],
    });
  });
});
