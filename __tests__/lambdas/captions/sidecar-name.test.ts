import { sidecarOf, sidecarPrefixOf } from "../../../lambdas/captions/sidecar-name";

describe("the name of a sidecar", () => {
  it.each([
    ["film.ja.vtt", { language: "ja", kind: "subtitles", format: "WebVTT" }],
    ["film.en.sdh.srt", { language: "en", kind: "sdh", format: "SRT" }],
    ["film.ja.forced.vtt", { language: "ja", kind: "forced", format: "WebVTT" }],
    ["film.pt-BR.ttml", { language: "pt-BR", kind: "subtitles", format: "TTML" }],
    ["film.zh-hant-tw.dfxp", { language: "zh-Hant-TW", kind: "subtitles", format: "TTML" }],
    ["film.jpn.VTT", { language: "ja", kind: "subtitles", format: "WebVTT" }],
  ])("tells language, kind and format: %s", (key, track) => {
    expect(sidecarOf("film.mp4", key)).toEqual({ key, ...track });
  });

  it.each([
    ["film.vtt", "The name has no language. Name it like film.ja.vtt."],
    ["film.japanese.srt", 'The name has "japanese" where a language belongs. Name it like film.ja.srt.'],
    ["film.ja.cc.vtt", 'The name has "cc" after the language. Only sdh or forced may follow it.'],
    ["film.ja.sdh.2.vtt", 'The name has "sdh.2" after the language. Only sdh or forced may follow it.'],
    ["film.ja.Vtt", "The ending .Vtt mixes upper and lower case. Name it like film.ja.vtt."],
  ])("is explained if it is wrong: %s", (key, fault) => {
    expect(sidecarOf("film.mp4", key)).toEqual({ key, fault });
  });

  it.each(["film.mp4", "film.ja.txt", "film2.ja.vtt", "film.part2.ja.vtt", "other/film.ja.vtt"])(
    "belongs to another file: %s",
    (key) => expect(sidecarOf("film.mp4", key)).toBeUndefined(),
  );

  it("belongs to the video with the same folder and the same dots", () => {
    expect(sidecarPrefixOf("2026/夏 v1.2.mp4")).toBe("2026/夏 v1.2.");
    expect(sidecarOf("2026/夏 v1.2.mp4", "2026/夏 v1.2.ja.vtt")).toMatchObject({ language: "ja" });
    expect(sidecarPrefixOf("a.b/film")).toBe("a.b/film.");
  });
});
