import { textIn, utf8TextOf } from "../../../lambdas/captions/caption-text";

/** 「夏祭りへ」 */
const SUMMER = {
  "UTF-8": [0xe5, 0xa4, 0x8f, 0xe7, 0xa5, 0xad, 0xe3, 0x82, 0x8a, 0xe3, 0x81, 0xb8],
  SHIFT_JIS: [0x89, 0xc4, 0x8d, 0xd5, 0x82, 0xe8, 0x82, 0xd6],
  "EUC-JP": [0xb2, 0xc6, 0xba, 0xd7, 0xa4, 0xea, 0xa4, 0xd8],
  "ISO-2022-JP": [0x1b, 0x24, 0x42, 0x32, 0x46, 0x3a, 0x57, 0x24, 0x6a, 0x24, 0x58, 0x1b, 0x28, 0x42],
} as const;
const captions = (bytes: readonly number[]) => Buffer.from([...Buffer.from("WEBVTT\n\n"), ...bytes]);

describe("the text of captions", () => {
  it("is read as UTF-8, with or without a byte order mark", () => {
    expect(utf8TextOf(captions(SUMMER["UTF-8"]))).toBe("WEBVTT\n\n夏祭りへ");
    expect(utf8TextOf(Buffer.from("\ufeffWEBVTT"))).toBe("WEBVTT");
  });

  it.each(["SHIFT_JIS", "EUC-JP", "ISO-2022-JP"] as const)("is refused in %s, by that name", (name) => {
    expect(() => utf8TextOf(captions(SUMMER[name]))).toThrow(
      `The file isn't in UTF-8: it seems to be ${name}. Save it as UTF-8, for example with iconv -f ${name} -t UTF-8.`,
    );
  });

  it.each([
    ["with a byte order mark", "\ufeffWEBVTT 夏"],
    ["without", "WEBVTT 夏"],
  ])("is refused in UTF-16, %s", (_, text) => {
    const littleEndian = Buffer.from(text, "utf16le");
    expect(() => utf8TextOf(littleEndian)).toThrow("it seems to be UTF-16LE.");
    expect(() => utf8TextOf(littleEndian.swap16())).toThrow("it seems to be UTF-16BE.");
  });

  it("is refused if it fits no encoding", () => {
    expect(() => utf8TextOf(captions([0xff, 0xff, 0x20]))).toThrow(
      "The file isn't in UTF-8. Save it as UTF-8, for example with iconv -t UTF-8.",
    );
  });

  it("is refused if it is empty, or if an earlier conversion destroyed some of it", () => {
    expect(() => utf8TextOf(Buffer.alloc(0))).toThrow("The file is empty.");
    expect(() => utf8TextOf(Buffer.from("WEBVTT\r\n\r\n夏\ufffdり"))).toThrow(
      "Line 3 has characters that an earlier conversion destroyed.",
    );
  });

  it("is converted from the encoding that a person names", () => {
    expect(textIn(captions(SUMMER.SHIFT_JIS), "shift_jis")).toBe("WEBVTT\n\n夏祭りへ");
    expect(textIn(captions(SUMMER["EUC-JP"]), "euc-jp")).toBe("WEBVTT\n\n夏祭りへ");
    expect(() => textIn(captions(SUMMER.SHIFT_JIS), "euc-jp")).toThrow("The file isn't in EUC-JP.");
  });
});
