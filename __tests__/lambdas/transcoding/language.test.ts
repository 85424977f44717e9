import { languageNameOf, languageTagOf } from "../../../lambdas/transcoding/language";

describe("a language's tag", () => {
  it.each([
    ["jpn", "ja"],
    ["JPN", "ja"],
    ["ja", "ja"],
    ["deu", "de"],
    ["ger", "de"],
    ["zho", "zh"],
    ["zh-hant", "zh-Hant"],
    ["pt-BR", "pt-BR"],
    ["qaa", "qaa"],
  ])("of %s is the shortest of BCP 47, %s", (code, tag) => {
    expect(languageTagOf(code)).toBe(tag);
  });

  it.each(["und", "mis", "", "english", "e", "x1", "en_", "en-a", undefined])("is none for %j", (code) => {
    expect(languageTagOf(code)).toBeUndefined();
  });
});

describe("a language's name", () => {
  it.each([
    ["ja", "日本語", "Japanese"],
    ["fr", "français", "French"],
    ["zh-Hant", "繁體中文", "Traditional Chinese"],
  ])("of %s is its own, %s, or the one in English, %s", (tag, own, english) => {
    expect(languageNameOf(tag)).toBe(own);
    expect(languageNameOf(tag, "en")).toBe(english);
  });

  it("is none for a code of private use", () => {
    expect(languageNameOf("qaa")).toBeUndefined();
  });
});
