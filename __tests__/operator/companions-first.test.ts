import { companionsFirst } from "../../operator/companions-first";

describe("files to upload", () => {
  it("have captions before the videos, and keep the order that they have otherwise", () => {
    const files = ["/b/b.mp4", "/b/b.ja.vtt", "/a/a.mov", "/a/a.en.sdh.SRT", "/a/a.ja.ttml"];
    expect(companionsFirst(files)).toEqual([
      ...["/b/b.ja.vtt", "/a/a.en.sdh.SRT", "/a/a.ja.ttml"],
      ...["/b/b.mp4", "/a/a.mov"],
    ]);
  });

  it("are told apart by their keys, if those differ from their names", () => {
    const keys: Record<string, string> = { "export.mp4": "film.mp4", "export.txt": "film.ja.vtt" };
    expect(companionsFirst(Object.keys(keys), (file) => String(keys[file]))).toEqual([
      "export.txt",
      "export.mp4",
    ]);
  });
});
