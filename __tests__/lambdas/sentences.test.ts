import { quoted, sentence, withoutUrl } from "../../lambdas/sentences";

const URL = "s3://raw/a b.mp4";

describe("a service's message", () => {
  it.each([
    ["no moov box found in file]", "no moov box found in file]."],
    ["It is corrupt.", "It is corrupt."],
    ["Why?", "Why?"],
  ])("'%s' becomes the sentence '%s'", (message, expected) => {
    expect(sentence(message)).toBe(expected);
  });

  it.each(["Slow down", "Slow down."])("'%s' is quoted without its full stop", (message) => {
    expect(quoted(message)).toBe('"Slow down"');
  });

  it.each([
    [`Unable to open input file [${URL}]: [Failed]`, "Unable to open input file: [Failed]"],
    [`${URL} is corrupt`, "the file is corrupt"],
    ["It is corrupt", "It is corrupt"],
  ])("'%s' doesn't repeat the URL", (message, expected) => {
    expect(withoutUrl(message, URL)).toBe(expected);
  });
});
